package io.sparkllama.finetune;

import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;

/** A product of each layer that an adapter can change. */
public enum LoraTarget {
  Q("self_attn", "q_proj"),
  K("self_attn", "k_proj"),
  V("self_attn", "v_proj"),
  O("self_attn", "o_proj"),
  GATE("mlp", "gate_proj"),
  UP("mlp", "up_proj"),
  DOWN("mlp", "down_proj");

  private final String block;
  private final String module;

  LoraTarget(String block, String module) {
    this.block = block;
    this.module = module;
  }

  /** Its name in transformers, such as {@code q_proj}. */
  public String module() {
    return module;
  }

  /** The name of one of its matrices in PEFT's files; {@code part} is A or B. */
  String peftName(int layer, String part) {
    return "base_model.model.model.layers.%d.%s.%s.lora_%s.weight"
        .formatted(layer, block, module, part);
  }

  Matrix weight(DecoderWeights weights, int layer) {
    return switch (this) {
      case Q -> weights.query(layer);
      case K -> weights.key(layer);
      case V -> weights.value(layer);
      case O -> weights.attentionOutput(layer);
      case GATE -> weights.gate(layer);
      case UP -> weights.up(layer);
      case DOWN -> weights.down(layer);
    };
  }
}
