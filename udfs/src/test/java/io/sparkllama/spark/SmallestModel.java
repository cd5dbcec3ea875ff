package io.sparkllama.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A checkpoint with the tokenizer of another and drawn weights, of which an answer costs next to
 * nothing. For tests that count requests.
 */
final class SmallestModel {

  private static final int HIDDEN = 32;
  private static final int HEAD = 16;
  private static final int VOCABULARY = 4096;

  private SmallestModel() {}

  /** Writes config.json and weights beside what another checkpoint has of a tokenizer. */
  static void write(Path checkpoint, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file :
        new String[] {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"}) {
      Files.write(folder.resolve(file), Files.readAllBytes(checkpoint.resolve(file)));
    }
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
         "hidden_size": %d, "intermediate_size": %d, "head_dim": %d, "num_attention_heads": %d,
         "num_key_value_heads": 1, "num_hidden_layers": 1, "vocab_size": %d, "rms_norm_eps": 1e-5,
         "max_position_embeddings": 2048, "rope_theta": 10000, "tie_word_embeddings": true,
         "bos_token_id": 4085, "eos_token_id": [4086, 4093, 4094], "pad_token_id": 4089}
        """
            .formatted(HIDDEN, HIDDEN, HEAD, HIDDEN / HEAD, VOCABULARY));
    writeWeights(folder.resolve("model.safetensors"));
  }

  private static Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("embed_tokens", new int[] {VOCABULARY, HIDDEN});
    shapes.put("norm", new int[] {HIDDEN});
    shapes.put("layers.0.input_layernorm", new int[] {HIDDEN});
    shapes.put("layers.0.post_attention_layernorm", new int[] {HIDDEN});
    shapes.put("layers.0.self_attn.q_proj", new int[] {HIDDEN, HIDDEN});
    shapes.put("layers.0.self_attn.k_proj", new int[] {HEAD, HIDDEN});
    shapes.put("layers.0.self_attn.v_proj", new int[] {HEAD, HIDDEN});
    shapes.put("layers.0.self_attn.o_proj", new int[] {HIDDEN, HIDDEN});
    shapes.put("layers.0.mlp.gate_proj", new int[] {HIDDEN, HIDDEN});
    shapes.put("layers.0.mlp.up_proj", new int[] {HIDDEN, HIDDEN});
    shapes.put("layers.0.mlp.down_proj", new int[] {HIDDEN, HIDDEN});
    return shapes;
  }

  /** The safetensors format: the table's length, the table as JSON, the numbers. */
  private static void writeWeights(Path file) throws IOException {
    Random random = new Random(1);
    StringBuilder table = new StringBuilder("{");
    ByteBuffer values =
        ByteBuffer.allocate(2 * VOCABULARY * HIDDEN * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    shapes()
        .forEach(
            (name, shape) -> {
              int start = values.position();
              int columns = shape.length == 1 ? 1 : shape[1];
              for (int i = 0; i < shape[0] * columns; i++) {
                values.putFloat((float) random.nextGaussian());
              }
              table
                  .append(table.length() == 1 ? "" : ",")
                  .append("\"model.%s.weight\": {\"dtype\": \"F32\", \"shape\": [".formatted(name))
                  .append(shape.length == 1 ? "" + shape[0] : shape[0] + ", " + columns)
                  .append("], \"data_offsets\": [%d, %d]}".formatted(start, values.position()));
            });
    byte[] text = table.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + values.position())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(values.flip());
    Files.write(file, bytes.array());
  }
}
