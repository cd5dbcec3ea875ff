package io.sparkllama.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ControlTokens;

/** The config.json by which other tools know the model. */
record TransformersConfig(LlamaShape shape, ControlTokens control, boolean tied) {

  ObjectNode json() {
    Architecture numbers = shape.architecture();
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config
        .put("model_type", "llama")
        .put("num_hidden_layers", numbers.layers())
        .put("num_attention_heads", numbers.heads())
        .put("num_key_value_heads", numbers.keyValueHeads())
        .put("head_dim", numbers.headSize())
        .put("hidden_size", numbers.hiddenSize())
        .put("intermediate_size", shape.intermediateSize())
        .put("vocab_size", numbers.vocabularySize())
        .put("max_position_embeddings", numbers.contextLength())
        .put("rms_norm_eps", shape.normEpsilon())
        .put("rope_theta", shape.frequencies().base())
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", tied);
    control.beginOfText().ifPresent(id -> config.put("bos_token_id", id));
    ArrayNode stop = config.putArray("eos_token_id");
    control.stop().forEach(stop::add);
    return config;
  }
}
