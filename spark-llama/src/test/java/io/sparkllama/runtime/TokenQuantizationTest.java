package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
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
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One operator in place of ten: nothing that a package computes changes. */
class TokenQuantizationTest {

  @TempDir private Path folder;

  @BeforeEach
  void requireW8a8() {
    assumeTrue(NativeOperators.library().isPresent(), "the operators were not built here");
    assumeTrue(CpuFeatures.vnni(), "w8a8 packages do not run here");
  }

  @Test
  void logitsAreTheSameBitByBit() throws IOException {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.W8A8)
            .withExamination(ConversionRequest.Examination.NONE));
    ModelPackage source = ModelPackages.open(target);
    DecoderOptions options = new DecoderOptions(2, 600, 2);
    ServingGraph serving = ServingGraph.read(source, options);
    ModelProto fused = serving.model();
    ModelProto plain = withTenSteps(source.graph(), fused);
    assertThat(operators(fused)).doesNotContain("ReduceMax");
    assertThat(operators(plain)).contains("ReduceMax");
    assertThat(fused.getGraph().getNodeList()).anyMatch(TokenQuantizationTest::byToken);
    assertThat(plain.getGraph().getNodeList()).noneMatch(TokenQuantizationTest::byToken);
    for (int length : new int[] {1, 5, 17, 300}) {
      Tokens prompt = Tokens.of(IntStream.range(0, length).map(i -> 300 + i * 7 % 3000).toArray());
      assertThat(logits(target, serving, options, prompt))
          .isEqualTo(logits(target, new ServingGraph(plain, serving.packings()), options, prompt));
    }
  }

  private static List<String> operators(ModelProto model) {
    return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).distinct().toList();
  }

  /** Scales of blocks have no steps in the package. */
  private static boolean byToken(NodeProto node) {
    return node.getOpType().equals("QuantizeTokens")
        && OnnxParts.attribute(node, "block").orElseThrow().getI() == 0;
  }

  /** The serving graph with the package's own steps. */
  private static ModelProto withTenSteps(Path file, ModelProto fused) throws IOException {
    GraphProto.Builder graph = fused.getGraph().toBuilder().clearNode();
    List<NodeProto> own = ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList();
    for (NodeProto node : fused.getGraph().getNodeList()) {
      if (byToken(node)) {
        own.stream()
            .filter(step -> step.getName().startsWith(node.getName()))
            .forEach(graph::addNode);
      } else {
        graph.addNode(node);
      }
    }
    return fused.toBuilder().setGraph(graph).build();
  }

  private static float[] logits(
      Path folder, ServingGraph graph, DecoderOptions options, Tokens prompt) {
    NativeMemory memory = new NativeMemory();
    ModelSession session = ModelSession.open(folder, graph, options.threads());
    ModelPackage source = ModelPackages.open(folder);
    try (Decoder decoder =
        new SlotDecoder(session, memory, source.architecture(), CacheType.FLOAT16, options)) {
      float[] logits = decoder.prefill(1, 0, prompt, 1).copyOfRow(0);
      return Arrays.copyOf(logits, logits.length);
    }
  }
}
