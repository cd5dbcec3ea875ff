package io.sparkllama.convert.weights;

import java.util.List;

/** Products of a layer by their names in transformers. */
public final class LlamaModules {

  public static final List<String> NAMES =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private LlamaModules() {}
}
