package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkllama.errors.EngineException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph's outputs against the definition of a softmax, on each form of the operators. */
class NextTokensTest {

  /** Not a multiple of what is compared at once. */
  private static final int VOCABULARY = 2_503;

  private static final float[] SCORES = scores();

  @TempDir private Path folder;

  /** Equals stand far apart. */
  private static float[] scores() {
    float[] scores = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      scores[i] = -3 + i % 7;
    }
    scores[5] = Float.NEGATIVE_INFINITY;
    scores[1_201] = 12;
    scores[2_300] = 12;
    scores[2_502] = 11;
    return scores;
  }

  static Stream<ModelProto> forms() {
    Stream<ModelProto> graphs = Stream.of(12, 13, 21).map(NextTokensTest::graphs);
    return NativeOperators.library().isPresent() ? Stream.concat(graphs, Stream.of(own())) : graphs;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void tellsTheFirstOfTheMostLikelyTokensAndProbabilities(ModelProto form) {
    Logits logits = read(form, SCORES);
    assertThat(logits.argmax(0)).isEqualTo(1_201);
    double sum = 0;
    for (float score : SCORES) {
      sum += Math.exp(score);
    }
    for (int token : new int[] {1_201, 0, 2_502}) {
      assertThat(logits.logProbabilities(0, token)[0])
          .isCloseTo(Math.log(Math.exp(SCORES[token]) / sum), within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void refusesARowWithANumberThatIsNotFinite(ModelProto form) {
    for (float number : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int at : new int[] {0, 1, 17, 1_024, 1_201, 2_400, 2_502}) {
        float[] scores = SCORES.clone();
        scores[at] = number;
        Logits logits = read(form, scores);
        assertThatThrownBy(() -> logits.argmax(0)).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> logits.logProbabilities(0, 1)).isInstanceOf(EngineException.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void refusesARowWithoutAnyNumber(ModelProto form) {
    float[] scores = new float[VOCABULARY];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    Logits logits = read(form, scores);
    assertThatThrownBy(() -> logits.argmax(0)).isInstanceOf(EngineException.class);
  }

  private Logits read(ModelProto form, float[] scores) {
    try (NativeMemory memory = new NativeMemory();
        ModelSession session = ModelSession.open(folder, form, 1);
        StepTensors step = new StepTensors(session)) {
      FloatBuffer input = memory.floats(VOCABULARY).put(0, scores);
      FloatBuffer values = memory.floats(VOCABULARY);
      LongBuffer tokens = memory.longs(1);
      FloatBuffer most = memory.floats(1);
      FloatBuffer sums = memory.floats(1);
      step.input("raw", input, 1, VOCABULARY);
      step.output("logits", values, 1, VOCABULARY);
      step.output(NextTokens.TOKENS, tokens, 1, 1);
      step.output(NextTokens.MOST, most, 1, 1);
      step.output(NextTokens.SUMS, sums, 1, 1);
      step.run();
      return new Logits(
          FloatBuffer.wrap(scores),
          LongBuffer.wrap(new long[] {tokens.get(0)}),
          FloatBuffer.wrap(new float[] {most.get(0)}),
          FloatBuffer.wrap(new float[] {sums.get(0)}),
          VOCABULARY);
    }
  }

  private static ModelProto graphs(int opset) {
    return NextTokens.append(identity(opset));
  }

  private static ModelProto own() {
    ModelProto model = graphs(21);
    return model.toBuilder()
        .addOpsetImport(NativeOperators.SET)
        .setGraph(NextTokens.fuse(model.getGraph(), 1))
        .build();
  }

  private static ModelProto identity(int opset) {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("identity")
            .addInput(OnnxParts.value("raw", DataType.FLOAT_VALUE, "rows", VOCABULARY))
            .addNode(OnnxParts.node("Identity", "logits", List.of("raw")))
            .addOutput(OnnxParts.value("logits", DataType.FLOAT_VALUE, "rows", VOCABULARY))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(graph)
        .build();
  }
}
