package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.convert.graph.ExternalData;
import io.sparkllama.convert.graph.GraphPlan;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.graph.WeightErrors;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.convert.weights.RotatedWeights;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.testing.Answers;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rotated decoder is the same decoder. */
class RotatedWeightsTest {

  private static final String GOLDEN = "tiny-llama3/golden-fp32.jsonl";

  @TempDir private Path folder;

  @Test
  void rotatedWeightsGiveTheIdsOfTheOriginalModel() throws IOException {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32));
    ModelPackage model = ModelPackages.open(target);
    assertThat(Answers.different(model.withGraph(rotated()), GOLDEN)).isEmpty();
  }

  /** Rotated, 8 bits lose so little that hardly an answer changes. */
  @Test
  void theEightBitPackageAnswersAsTheOriginalModel() {
    Path target = folder.resolve("package");
    ConversionReport report =
        Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.W8A8));
    assertThat(Answers.different(ModelPackages.open(target), GOLDEN)).hasSizeLessThanOrEqualTo(2);
    assertThat(report.deviation().orElseThrow().divergence()).isLessThan(0.001);
  }

  private Path rotated() throws IOException {
    Path graph = folder.resolve("model.onnx");
    SourceLocation source = SourceLocation.of(Fixtures.transformers().toString());
    try (NewFolder texts = NewFolder.create(folder.resolve("texts"));
        Checkpoint checkpoint = FolderCheckpoint.open(source, source, texts);
        ExternalData data = new ExternalData(folder.resolve("model.onnx.data"))) {
      LlamaWeights plain =
          new LlamaWeights(checkpoint.weights(), checkpoint.shape(), WeightUpdates.NONE);
      ModelProto model =
          LlamaGraph.write(
              new RotatedWeights(plain),
              GraphPlan.reference(),
              data,
              new WeightErrors(),
              written -> {});
      Files.write(graph, model.toByteArray());
    }
    return graph;
  }
}
