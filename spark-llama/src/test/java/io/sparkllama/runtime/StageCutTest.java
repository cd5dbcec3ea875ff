package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.ConversionRequest.Examination;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.ValueInfoProto;
import io.sparkllama.testing.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stage of a model of 4 layers has, and what goes from one to the next. */
class StageCutTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Attention.class)
  void aStageHasItsOwnLayersAndNothingElse(Attention attention) {
    List<GraphProto> stages = cut(Precision.FP32, 3, attention);
    assertThat(stages).hasSize(3);
    assertThat(stages.stream().map(StageCutTest::cachedLayers))
        .containsExactly(Set.of("0"), Set.of("1"), Set.of("2", "3"));
    assertThat(stages.stream().map(StageCutTest::layersOfWeights))
        .containsExactly(Set.of("0"), Set.of("1"), Set.of("2", "3"));
  }

  @ParameterizedTest
  @EnumSource(Attention.class)
  void hiddenStatesAreAllThatGoesFromOneToTheNext(Attention attention) {
    List<GraphProto> stages = cut(Precision.FP32, 2, attention);
    List<String> border = List.of("stages.1/states", "stages.1/added");
    assertThat(names(stages.get(0).getOutputList()))
        .filteredOn(name -> !name.startsWith("present."))
        .containsExactlyElementsOf(border);
    assertThat(names(stages.get(1).getInputList())).containsAll(border);
    assertThat(names(stages.get(1).getOutputList())).contains("logits", NextTokens.TOKENS);
  }

  /** Packed weights are memory of their own, which a stage has only for its products. */
  @Test
  void packedWeightsAreSharedOut() {
    ModelPackage model = convert(Precision.INT8, 2);
    DecoderOptions options = new DecoderOptions(2, 64, 1);
    ServingGraph whole = ServingGraph.read(model, options);
    List<ServingGraph> stages = StageCut.of(whole, model.architecture().hiddenSize());
    assertThat(stages.stream().flatMap(stage -> stage.packings().stream()))
        .containsExactlyInAnyOrderElementsOf(whole.packings());
    assertThat(stages).noneMatch(stage -> stage.packings().size() == whole.packings().size());
  }

  private List<GraphProto> cut(Precision precision, int stages, Attention attention) {
    ModelPackage model = convert(precision, stages);
    ServingGraph whole = ServingGraph.read(model, new DecoderOptions(2, 64, 1, 64, attention));
    return StageCut.of(whole, model.architecture().hiddenSize()).stream()
        .map(stage -> stage.model().getGraph())
        .toList();
  }

  private ModelPackage convert(Precision precision, int stages) {
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), folder.resolve("package"), precision)
            .withExamination(Examination.NONE)
            .withStages(stages));
    return ModelPackages.open(folder.resolve("package"));
  }

  private static Set<String> cachedLayers(GraphProto graph) {
    return numbers("past_key_values.", names(graph.getInputList()).stream());
  }

  private static Set<String> layersOfWeights(GraphProto graph) {
    return numbers("layers.", graph.getInitializerList().stream().map(TensorProto::getName));
  }

  private static Set<String> numbers(String prefix, Stream<String> names) {
    return names
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()).replaceAll("[./].*", ""))
        .collect(Collectors.toSet());
  }

  private static List<String> names(List<ValueInfoProto> values) {
    return values.stream().map(ValueInfoProto::getName).toList();
  }
}
