package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.testing.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that onnxruntime-genai's builder makes with options of its own. */
class BuilderOptionsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cuda-fp16-noembeds, no input input_ids, exclude_embeds",
    "cuda-fp16-nohead, no output logits, exclude_lm_head",
    "cuda-fp16-paged, no input attention_mask, use_paged_attention",
    "cuda-fp16-kvint4, found past_key_values.0.key with 4 bits, kv_cache_quant_scheme",
    "cuda-fp16-kvint8, found past_key_values.0.key with 8 bits, kv_cache_quant_scheme",
  })
  void anOptionThatIsInTheWayIsNamed(String export, String found, String option) {
    Path model = Fixtures.withGraph(Fixtures.genaiCudaInt4(), export, folder);
    assertThatThrownBy(() -> ModelPackages.open(model))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("Invalid " + folder)
        .hasMessageContaining(found)
        .hasMessageEndingWith(". Export the model without " + option + ".");
  }

  @ParameterizedTest
  @CsvSource({"cuda-int4-qdq, int4", "cuda-int4-prune, int4", "cuda-fp16, fp16"})
  void precisionIsWhatProductsAreMadeOf(String export, String precision) {
    assertThat(GraphPrecision.of(graph(export))).isEqualTo(precision);
  }

  /** 4,096 outputs of 192 inputs at half a byte; the embedding has 16 bits. */
  @Test
  void weightsBehindDequantizeLinearAreListed() {
    assertThat(StoredWeights.of(graph("cuda-int4-qdq")))
        .hasSize(22)
        .contains(
            new PackageContents.Weight("lm_head.MatMul.weight_DQ_Q4", "int4", 4_096 * 192 / 2))
        .contains(new PackageContents.Weight("model.embed_tokens.weight", "fp16", 4_096 * 192 * 2));
  }

  private static GraphProto graph(String export) {
    return GraphFile.read(Fixtures.genaiGraph(export)).getGraph();
  }
}
