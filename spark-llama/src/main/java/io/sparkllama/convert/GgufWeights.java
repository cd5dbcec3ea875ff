package io.sparkllama.convert;

import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufTensor;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.RotaryOrder;
import io.sparkllama.convert.weights.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A GGUF file's tensors under the names of transformers. */
final class GgufWeights implements WeightSource {

  private static final Map<String, String> WHOLE =
      Map.of(
          "token_embd", "model.embed_tokens",
          "output_norm", "model.norm",
          "output", "lm_head");

  private static final Map<String, String> LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private final GgufFile file;
  private final int headSize;
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  /**
   * @param headSize rows of a head, which the file interleaves
   */
  GgufWeights(GgufFile file, int headSize) {
    this.file = file;
    this.headSize = headSize;
    file.tensors().forEach((name, tensor) -> tensors.put(renamed(name), tensor));
    tensors.remove("rope_freqs.weight");
  }

  /** A name that transformers has no counterpart for stays as it is. */
  private static String renamed(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length == 2 && WHOLE.containsKey(parts[0])) {
      return WHOLE.get(parts[0]) + "." + parts[1];
    }
    if (parts.length == 4 && parts[0].equals("blk") && LAYER.containsKey(parts[2])) {
      return "model.layers.%s.%s.%s".formatted(parts[1], LAYER.get(parts[2]), parts[3]);
    }
    return name;
  }

  @Override
  public String location() {
    return file.location();
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Optional<Matrix> find(String name) {
    boolean interleaved = name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight");
    return Optional.ofNullable(tensors.get(name))
        .map(tensor -> new GgufMatrix(file, tensor))
        .map(matrix -> interleaved ? new RotaryOrder(matrix, headSize) : matrix);
  }
}
