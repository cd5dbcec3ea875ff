package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Vocabularies of SentencePiece's BPE: Llama 2, TinyLlama and alike. A space is the character
 * U+2581, one more of them opens a text, and characters without a token become their UTF-8 bytes.
 */
record SentencePieceRebuild(GgufVocabulary vocabulary) implements TokenizerSteps {

  private static final String SPACE = "\u2581";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Override
  public JsonNode normalizer() {
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    if (opensWithSpace()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    steps.add(replace(" ", SPACE));
    return sequence;
  }

  /** None: a text is merged as a whole. */
  @Override
  public JsonNode preTokenizer() {
    return NullNode.instance;
  }

  @Override
  public ObjectNode model() {
    ObjectNode model = JSON.objectNode().put("type", "BPE");
    model.putNull("dropout");
    model.put("unk_token", vocabulary.unknown().orElse(null));
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    model.set("vocab", vocabulary.ids());
    model.set("merges", merges());
    return model;
  }

  private ArrayNode merges() {
    if (!vocabulary.metadata().has("tokenizer.ggml.merges")) {
      return SentencePieceMerges.of(vocabulary);
    }
    ArrayNode merges = JSON.arrayNode();
    vocabulary.metadata().strings("tokenizer.ggml.merges").forEach(merges::add);
    return merges;
  }

  @Override
  public JsonNode postProcessor() {
    return NullNode.instance;
  }

  @Override
  public JsonNode decoder() {
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("decoders");
    steps.add(replace(SPACE, " "));
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (opensWithSpace()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return sequence;
  }

  private boolean opensWithSpace() {
    return vocabulary.metadata().flag("tokenizer.ggml.add_space_prefix", true);
  }

  private static ObjectNode replace(String found, String content) {
    ObjectNode replace = JSON.objectNode().put("type", "Replace");
    replace.putObject("pattern").put("String", found);
    return replace.put("content", content);
  }
}
