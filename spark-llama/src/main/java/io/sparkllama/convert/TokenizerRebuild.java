package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.gguf.GgufFile;

/** Writes a GGUF file's vocabulary as the tokenizer.json that the tokenizers library reads. */
final class TokenizerRebuild {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GgufVocabulary vocabulary;

  TokenizerRebuild(GgufFile file) {
    this.vocabulary = GgufVocabulary.read(file);
  }

  ObjectNode build() {
    TokenizerSteps steps = steps();
    ObjectNode root = JSON.objectNode().put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    root.set("added_tokens", vocabulary.addedTokens());
    root.set("normalizer", steps.normalizer());
    root.set("pre_tokenizer", steps.preTokenizer());
    root.set("post_processor", postProcessor(steps));
    root.set("decoder", steps.decoder());
    root.set("model", steps.model());
    return root;
  }

  private TokenizerSteps steps() {
    String model = vocabulary.metadata().string("tokenizer.ggml.model");
    return switch (model) {
      case "gpt2" -> ByteLevelRebuild.of(vocabulary);
      case "llama" -> new SentencePieceRebuild(vocabulary);
      default ->
          throw vocabulary.unsupported(
              "tokenizer model " + model, "gpt2 (byte-level BPE) or llama (SentencePiece BPE)");
    };
  }

  private JsonNode postProcessor(TokenizerSteps steps) {
    return new ControlTokenIds(vocabulary.metadata())
        .addedBeginOfText()
        .map(this::openedBy)
        .orElseGet(steps::postProcessor);
  }

  private JsonNode openedBy(int id) {
    String token = vocabulary.token(id);
    ObjectNode template = JSON.objectNode().put("type", "TemplateProcessing");
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
}
