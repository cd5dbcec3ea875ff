package io.sparkllama.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufMetadata;
import io.sparkllama.errors.ConversionException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tokens of a GGUF file and what kind each of them is. */
final class GgufVocabulary {

  private static final long NORMAL = 1;
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;
  private static final Set<Long> ADDED = Set.of(UNKNOWN, CONTROL, USER_DEFINED);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GgufFile file;
  private final List<String> tokens;
  private final List<Long> types;

  private GgufVocabulary(GgufFile file, List<String> tokens, List<Long> types) {
    this.file = file;
    this.tokens = tokens;
    this.types = types;
  }

  static GgufVocabulary read(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    List<String> tokens = metadata.strings("tokenizer.ggml.tokens");
    GgufVocabulary vocabulary =
        new GgufVocabulary(file, tokens, metadata.numbers("tokenizer.ggml.token_type"));
    vocabulary.requireOneEach(vocabulary.types, "token types");
    return vocabulary;
  }

  GgufMetadata metadata() {
    return file.metadata();
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    if (id >= tokens.size()) {
      throw unsupported("the token id " + id, "an id below " + tokens.size());
    }
    return tokens.get(id);
  }

  /** Whether text becomes this token; others stand for bytes, control or nothing. */
  boolean isText(int id) {
    return types.get(id) == NORMAL;
  }

  /** The token that stands for text that no other token spells. */
  Optional<String> unknown() {
    int first = types.indexOf(UNKNOWN);
    Optional<Integer> named = metadata().optionalId("tokenizer.ggml.unknown_token_id");
    return named.or(() -> first < 0 ? Optional.empty() : Optional.of(first)).map(this::token);
  }

  /** Token texts and ids, as a tokenizer.json lists them. */
  ObjectNode ids() {
    ObjectNode ids = JSON.objectNode();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    return ids;
  }

  /** Tokens that are found in a text as a whole, before anything else is done with it. */
  ArrayNode addedTokens() {
    ArrayNode added = JSON.arrayNode();
    for (int id = 0; id < tokens.size(); id++) {
      if (ADDED.contains(types.get(id))) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types.get(id) != USER_DEFINED);
      }
    }
    return added;
  }

  void requireOneEach(List<?> values, String name) {
    if (values.size() != tokens.size()) {
      throw unsupported(values.size() + " " + name, tokens.size() + ", one a token");
    }
  }

  ConversionException unsupported(String found, String expected) {
    return new ConversionException(
        "Cannot convert the tokenizer of %s: found %s, expected %s. Use another checkpoint."
            .formatted(file.location(), found, expected));
  }
}
