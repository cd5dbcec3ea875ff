package io.sparkllama.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The tokenizer.json of a package, and the form of it that knows no control tokens. */
final class TokenizerJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode root;

  private TokenizerJson(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  static TokenizerJson read(Path file) {
    try {
      if (JSON.readTree(file.toFile()) instanceof ObjectNode root) {
        return new TokenizerJson(file, root);
      }
      throw new ModelException(
          "Invalid %s: expected a JSON object. Copy the file again.".formatted(file));
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Ids of the added tokens by their text. */
  Map<String, Integer> addedTokens() {
    Map<String, Integer> ids = new HashMap<>();
    root.path("added_tokens")
        .forEach(token -> ids.put(token.path("content").asText(), token.path("id").intValue()));
    return ids;
  }

  /** Ids of the model's own tokens, as the file writes them. */
  Map<String, Integer> vocabulary() {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isArray()) {
      vocabulary.forEach(piece -> ids.put(piece.path(0).asText(), ids.size()));
    } else {
      vocabulary.forEachEntry((token, id) -> ids.put(token, id.intValue()));
    }
    return ids;
  }

  /** How tokens become text. */
  JsonNode decoder() {
    return root.path("decoder");
  }

  /** Decodes every id, leaving out those of special tokens. */
  NativeTokenizer complete() {
    return load(root);
  }

  /**
   * Encodes text as plain text: a control string in it has no entry in the vocabulary, so that no
   * text becomes a control id.
   */
  TextTokenizer textOnly() {
    ObjectNode plain = root.deepCopy();
    if (plain.path("model").path("vocab") instanceof ObjectNode vocabulary) {
      String unknown = plain.path("model").path("unk_token").asText();
      for (JsonNode token : root.path("added_tokens")) {
        String content = token.path("content").asText();
        if (token.path("special").asBoolean() && !content.equals(unknown)) {
          vocabulary.remove(content);
        }
      }
    }
    plain.putArray("added_tokens");
    plain.putNull("post_processor");
    SpacePrefix prefix = SpacePrefix.takeFrom(plain);
    return new TextTokenizer(load(plain), prefix);
  }

  private NativeTokenizer load(ObjectNode json) {
    try {
      return new NativeTokenizer(JSON.writeValueAsBytes(json));
    } catch (IOException | RuntimeException e) {
      throw unusable(file, e);
    }
  }

  private static ModelException unusable(Path file, Exception cause) {
    return new ModelException(
        "Invalid %s: %s. Copy the file again or export the tokenizer anew."
            .formatted(file, cause.getMessage()),
        cause);
  }
}
