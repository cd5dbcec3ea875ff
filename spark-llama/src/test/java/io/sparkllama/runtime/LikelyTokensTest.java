package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens that a graph tells, against a sorted row. */
class LikelyTokensTest {

  private static final int ROWS = 3;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  /** In one part (a prime, and too few), in 4, and as Llama 3 and SmolLM2 have it. */
  @ParameterizedTest
  @ValueSource(ints = {100, 4099, 4096, 49_152, 128_256})
  void theyAreTheFirstOfASortedRow(int vocabulary) throws OrtException {
    float[][] logits = random(vocabulary);
    try (OrtSession session = open(vocabulary);
        OnnxTensor input = OnnxTensor.createTensor(environment, logits);
        OrtSession.Result result = session.run(Map.of("scores", input))) {
      long[][] tokens = (long[][]) result.get(LikelyTokens.TOKENS).orElseThrow().getValue();
      float[][] scores = (float[][]) result.get(LikelyTokens.SCORES).orElseThrow().getValue();
      float[][] sums = (float[][]) result.get(NextTokens.SUMS).orElseThrow().getValue();
      for (int row = 0; row < ROWS; row++) {
        float[] all = logits[row];
        assertThat(tokens[row]).containsExactly(sorted(all));
        for (int i = 0; i < tokens[row].length; i++) {
          assertThat(scores[row][i]).isEqualTo(all[(int) tokens[row][i]]);
        }
        float largest = scores[row][0];
        double sum =
            IntStream.range(0, vocabulary)
                .mapToDouble(i -> Math.exp((double) all[i] - largest))
                .sum();
        assertThat((double) sums[row][0]).isBetween(sum * (1 - 1e-4), sum * (1 + 1e-4));
      }
    }
  }

  private static long[] sorted(float[] all) {
    return IntStream.range(0, all.length)
        .boxed()
        .sorted(Comparator.comparingDouble(token -> -all[token]))
        .limit(LikelyTokens.MOST)
        .mapToLong(Integer::longValue)
        .toArray();
  }

  /** Parts are equal, and each has four times the tokens that are told at least. */
  @ParameterizedTest
  @CsvSource({"128256, 32", "49152, 32", "32000, 25", "4096, 4", "2048, 2", "1024, 1", "4099, 1"})
  void vocabulariesAreDividedWhereTheyCanBe(int vocabulary, int parts) {
    assertThat(LikelyParts.count(vocabulary, LikelyTokens.count(vocabulary))).isEqualTo(parts);
  }

  /** No two scores of a row are equal. */
  private static float[][] random(int vocabulary) {
    Random random = new Random(vocabulary);
    float[][] rows = new float[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      long[] keys = random.longs(vocabulary).toArray();
      List<Long> order =
          LongStream.range(0, vocabulary)
              .boxed()
              .sorted(Comparator.comparingLong(i -> keys[i.intValue()]))
              .toList();
      rows[row] = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        rows[row][i] = order.get(i) * 20f / vocabulary - 10;
      }
    }
    return rows;
  }

  private OrtSession open(int vocabulary) throws OrtException {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("likely")
            .addInput(OnnxParts.value("scores", DataType.FLOAT_VALUE, "rows", vocabulary))
            .addNode(OnnxParts.node("Identity", LogitsSelection.OUTPUT, List.of("scores")))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph)
            .build();
    return environment.createSession(LikelyTokens.append(model, vocabulary).toByteArray());
  }

  @Test
  void equalScoresAtTheEndLeaveOpenWhichAreTold() throws OrtException {
    int vocabulary = 4096;
    float[][] flat = new float[1][vocabulary];
    flat[0][3000] = 1;
    try (OrtSession session = open(vocabulary);
        OnnxTensor input = OnnxTensor.createTensor(environment, flat);
        OrtSession.Result result = session.run(Map.of("scores", input))) {
      long[][] tokens = (long[][]) result.get(LikelyTokens.TOKENS).orElseThrow().getValue();
      assertThat(tokens[0]).hasSize(LikelyTokens.MOST).doesNotHaveDuplicates();
      assertThat(tokens[0][0]).isEqualTo(3000);
    }
  }
}
