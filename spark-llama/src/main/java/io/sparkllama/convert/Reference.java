package io.sparkllama.convert;

import io.sparkllama.convert.calibrate.InputStatistics;
import io.sparkllama.convert.calibrate.ObservedGraph;
import io.sparkllama.convert.calibrate.SampleTexts;
import io.sparkllama.convert.graph.ExternalData;
import io.sparkllama.convert.graph.GraphPlan;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.graph.ProductInputs;
import io.sparkllama.convert.graph.WeightErrors;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.runtime.StatisticsRun;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoint's own values as an fp32 package beside the target, for a conversion to look at.
 * Closing removes it.
 */
final class Reference implements AutoCloseable {

  /** Enough that the correlations of a few hundred inputs stand out of the noise. */
  private static final int CALIBRATION_TOKENS = 8_192;

  private final NewFolder folder;
  private final ModelProto graph;
  private final ModelPackage model;
  private Optional<StatisticsRun> statistics = Optional.empty();

  private Reference(NewFolder folder, ModelProto graph, ModelPackage model) {
    this.folder = folder;
    this.graph = graph;
    this.model = model;
  }

  /**
   * @param like names the tokenizer and the ids with a meaning
   */
  static Reference write(DecoderWeights weights, Path target, ModelPackage like)
      throws IOException {
    NewFolder folder = NewFolder.create(target.resolveSibling(target.getFileName() + ".reference"));
    try (ExternalData data = new ExternalData(folder.file("model.onnx.data"))) {
      ModelProto graph =
          LlamaGraph.write(weights, GraphPlan.reference(), data, new WeightErrors(), written -> {});
      Path file = Files.write(folder.file("model.onnx"), graph.toByteArray());
      return new Reference(folder, graph, like.withGraph(file));
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  ModelPackage model() {
    return model;
  }

  /** Reads the calibration text and tells what the products' inputs were. */
  ProductInputs inputs(int block) {
    ObservedGraph observed = ObservedGraph.of(graph, block);
    StatisticsRun run =
        StatisticsRun.open(
            observed.model(),
            folder.root(),
            model.architecture(),
            StatisticsRun.Combination.SUM,
            Runtime.getRuntime().availableProcessors());
    statistics = Optional.of(run);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      SampleTexts.CALIBRATION
          .windows(tokenizer, CALIBRATION_TOKENS, model.architecture().contextLength())
          .forEach(run::add);
    }
    Map<String, FloatBuffer> sums = run.totals();
    return input ->
        Optional.ofNullable(observed.groups().get(input))
            .map(
                cut ->
                    new InputStatistics(
                        sums.get(ObservedGraph.output(input)), cut.count(), cut.size()));
  }

  @Override
  public void close() {
    statistics.ifPresent(StatisticsRun::close);
    folder.close();
  }
}
