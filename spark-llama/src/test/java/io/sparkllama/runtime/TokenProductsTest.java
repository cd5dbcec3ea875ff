package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Products of our own against those of ONNX Runtime in the same graph. */
class TokenProductsTest {

  private static final DecoderOptions OPTIONS = new DecoderOptions(2, 600, 2);

  /** Fewer tokens than a tile, some left over behind tiles, and more than one block of them. */
  private static final int[] LENGTHS = {1, 2, 3, 4, 5, 6, 7, 8, 17, 64, 130, 300};

  @TempDir private Path folder;
  private ModelPackage source;

  @BeforeEach
  void convert() {
    assumeTrue(NativeOperators.library().isPresent(), "the operators were not built here");
    assumeTrue(CpuFeatures.vnni(), "w8a8 packages do not run here");
    assumeTrue(NativeOperators.functions().spark_llama_multiplies() != 0, "no integer products");
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.W8A8)
            .withExamination(ConversionRequest.Examination.NONE));
    source = ModelPackages.open(target);
  }

  @Test
  void logitsAreTheSameBitByBit() {
    ServingGraph plain = withGraphsProducts();
    ServingGraph packed = TokenProducts.insert(plain, OPTIONS.threads());
    assertThat(operators(plain)).contains("MatMulIntegerToFloat").doesNotContain("TokenProduct");
    assertThat(operators(packed)).contains("TokenProduct").doesNotContain("MatMulIntegerToFloat");
    for (int length : LENGTHS) {
      assertThat(logits(packed, length)).isEqualTo(logits(plain, length));
    }
  }

  @Test
  void attentionTakesTokensAsTheProductsGiveThem() {
    ServingGraph packed = TokenProducts.insert(withGraphsProducts(), OPTIONS.threads());
    ModelProto flat =
        packed.model().toBuilder()
            .setGraph(FlatAttention.insert(packed.model().getGraph()))
            .build();
    assertThat(reshapes(packed.model()) - reshapes(flat))
        .isEqualTo(2L * source.architecture().layers());
    for (int length : LENGTHS) {
      assertThat(logits(new ServingGraph(flat, packed.packings()), length))
          .isEqualTo(logits(packed, length));
    }
  }

  private static long reshapes(ModelProto model) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals("Reshape"))
        .count();
  }

  /** ONNX Runtime's sigmoid is another polynomial, so that a level may fall on the other side. */
  @Test
  void gatesAreTheSameButForRounding() {
    ServingGraph plain = withGraphsProducts();
    ServingGraph gated = ServingGraph.read(source, OPTIONS);
    assertThat(operators(gated)).contains("GatedTokenProduct").doesNotContain("QuickGelu");
    for (int length : LENGTHS) {
      float[] expected = logits(plain, length);
      float[] logits = logits(gated, length);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < expected.length; i++) {
        sum += Math.pow(logits[i] - expected[i], 2);
        squares += Math.pow(expected[i], 2);
      }
      assertThat(Math.sqrt(sum / squares)).isCloseTo(0, within(0.01));
    }
  }

  private ServingGraph withGraphsProducts() {
    ModelProto read =
        ServingGraph.ownAttention(source, ServingGraph.asked(source), OPTIONS).orElseThrow();
    return ServingGraph.of(TokenQuantization.insert(read, OPTIONS.threads()));
  }

  private static List<String> operators(ServingGraph graph) {
    GraphProto nodes = graph.model().getGraph();
    return nodes.getNodeList().stream().map(NodeProto::getOpType).distinct().toList();
  }

  private float[] logits(ServingGraph graph, int length) {
    Tokens prompt = Tokens.of(IntStream.range(0, length).map(i -> 300 + i * 7 % 3000).toArray());
    ModelSession session = ModelSession.open(source.graph().getParent(), graph, OPTIONS.threads());
    try (Decoder decoder =
        new SlotDecoder(
            session, new NativeMemory(), source.architecture(), CacheType.FLOAT16, OPTIONS)) {
      return decoder.prefill(1, 0, prompt, 1).copyOfRow(0).clone();
    }
  }
}
