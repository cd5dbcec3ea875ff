package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Vocabularies of byte sequences: Llama 3, SmolLM2 and alike. */
record ByteLevelRebuild(GgufVocabulary vocabulary, PreTokenizer pre) implements TokenizerSteps {

  static ByteLevelRebuild of(GgufVocabulary vocabulary) {
    String name = vocabulary.metadata().string("tokenizer.ggml.pre");
    PreTokenizer pre =
        PreTokenizer.find(name)
            .orElseThrow(
                () -> vocabulary.unsupported("pre-tokenizer " + name, PreTokenizer.names()));
    return new ByteLevelRebuild(vocabulary, pre);
  }

  @Override
  public JsonNode normalizer() {
    return pre.normalizer();
  }

  @Override
  public JsonNode preTokenizer() {
    return pre.steps();
  }

  @Override
  public ObjectNode model() {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", pre.ignoresMerges());
    model.set("vocab", vocabulary.ids());
    ArrayNode merges = model.putArray("merges");
    vocabulary.metadata().strings("tokenizer.ggml.merges").forEach(merges::add);
    return model;
  }

  @Override
  public JsonNode postProcessor() {
    return PreTokenizer.byteLevel(true);
  }

  @Override
  public JsonNode decoder() {
    return PreTokenizer.byteLevel(true);
  }
}
