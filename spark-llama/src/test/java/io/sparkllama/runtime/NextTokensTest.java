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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The graph's outputs against the definition of a softmax, on each form of the operators. */
class NextTokensTest {

  private static final int VOCABULARY = 8;
  private static final float[] SCORES = {-3, 2.5f, 40, 0, 40, Float.NEGATIVE_INFINITY, 39, 1};

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 21})
  void tellsTheFirstOfTheMostLikelyTokensAndProbabilities(int opset) {
    Logits logits = read(opset, SCORES);
    assertThat(logits.argmax(0)).isEqualTo(2);
    double sum = 0;
    for (float score : SCORES) {
      sum += Math.exp(score);
    }
    assertThat(logits.logProbabilities(0, 2)[0])
        .isCloseTo(Math.log(Math.exp(40) / sum), within(1e-5));
    assertThat(logits.logProbabilities(0, 0)[0])
        .isCloseTo(Math.log(Math.exp(-3) / sum), within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refusesARowWithANumberThatIsNotFinite(float number) {
    for (int at = 0; at < VOCABULARY; at++) {
      float[] scores = SCORES.clone();
      scores[at] = number;
      Logits logits = read(21, scores);
      assertThatThrownBy(() -> logits.argmax(0)).isInstanceOf(EngineException.class);
      assertThatThrownBy(() -> logits.logProbabilities(0, 1)).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void refusesARowWithoutAnyNumber() {
    float[] scores = new float[VOCABULARY];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    Logits logits = read(21, scores);
    assertThatThrownBy(() -> logits.argmax(0)).isInstanceOf(EngineException.class);
  }

  private Logits read(int opset, float[] scores) {
    try (NativeMemory memory = new NativeMemory();
        ModelSession session = ModelSession.open(folder, NextTokens.append(identity(opset)), 1);
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
