package io.sparkllama.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufMetadata;
import io.sparkllama.errors.ConversionException;
import java.util.List;
import java.util.Optional;

/** Writes a GGUF file's vocabulary as the tokenizer.json that the tokenizers library reads. */
final class TokenizerRebuild {

  /** Token types of GGUF. */
  private static final long CONTROL = 3;

  private static final long USER_DEFINED = 4;

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final ObjectMapper json = new ObjectMapper();

  TokenizerRebuild(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
  }

  ObjectNode build() {
    String model = metadata.string("tokenizer.ggml.model");
    if (!model.equals("gpt2")) {
      throw unsupported("tokenizer model " + model, "gpt2 (byte-level BPE)");
    }
    String name = metadata.string("tokenizer.ggml.pre");
    PreTokenizer pre =
        PreTokenizer.find(name)
            .orElseThrow(() -> unsupported("pre-tokenizer " + name, PreTokenizer.names()));
    ObjectNode root = json.createObjectNode().put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    root.set("added_tokens", addedTokens());
    root.set("normalizer", pre.normalizer());
    root.set("pre_tokenizer", pre.steps());
    root.set("post_processor", postProcessor());
    root.set("decoder", PreTokenizer.byteLevel(true));
    root.set("model", model(pre));
    return root;
  }

  private ArrayNode addedTokens() {
    List<String> tokens = tokens();
    List<Long> types = metadata.numbers("tokenizer.ggml.token_type");
    if (types.size() != tokens.size()) {
      throw unsupported(types.size() + " token types", tokens.size() + ", one a token");
    }
    ArrayNode added = json.createArrayNode();
    for (int id = 0; id < tokens.size(); id++) {
      if (types.get(id) == CONTROL || types.get(id) == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types.get(id) == CONTROL);
      }
    }
    return added;
  }

  private ObjectNode model(PreTokenizer pre) {
    ObjectNode model = json.createObjectNode().put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", pre.ignoresMerges());
    ObjectNode vocabulary = model.putObject("vocab");
    List<String> tokens = tokens();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    metadata.strings("tokenizer.ggml.merges").forEach(merges::add);
    return model;
  }

  private ObjectNode postProcessor() {
    Optional<Integer> begin = new ControlTokenIds(metadata).addedBeginOfText();
    return begin.map(this::openedBy).orElseGet(() -> PreTokenizer.byteLevel(true));
  }

  private ObjectNode openedBy(int id) {
    String token = tokens().get(id);
    ObjectNode template = json.createObjectNode().put("type", "TemplateProcessing");
    sequence(template.putArray("single"), token, "A", 0);
    ArrayNode pair = template.putArray("pair");
    sequence(pair, token, "A", 0);
    sequence(pair, token, "B", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(token);
    special.put("id", token);
    special.putArray("ids").add(id);
    special.putArray("tokens").add(token);
    return template;
  }

  private static void sequence(ArrayNode parts, String token, String name, int type) {
    parts.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
    parts.addObject().putObject("Sequence").put("id", name).put("type_id", type);
  }

  private List<String> tokens() {
    return metadata.strings("tokenizer.ggml.tokens");
  }

  private ConversionException unsupported(String found, String expected) {
    return new ConversionException(
        "Cannot convert the tokenizer of %s: found %s, expected %s. Use another checkpoint."
            .formatted(file.location(), found, expected));
  }
}
