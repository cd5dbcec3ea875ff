package io.sparkllama.convert.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.testing.Fixtures;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows side by side in one sequence, against each row alone. */
class PackedGraphTest {

  private static final int VOCABULARY = 4096;
  private static final long[][] ROWS = {{4085, 12, 700, 9}, {4085, 3}, {4085, 99, 5, 1000, 44, 2}};

  @TempDir private Path folder;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @Test
  void packedRowsGiveTheLogitsOfSeparateOnes() throws OrtException {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32));
    float[] packed;
    try (OrtSession session =
        environment.createSession(target.resolve(PackedGraph.FILE).toString())) {
      packed = packed(session);
    }
    try (OrtSession session = environment.createSession(target.resolve("model.onnx").toString())) {
      for (int row = 0; row < ROWS.length; row++) {
        float[] alone = run(session, ROWS[row], new long[] {ROWS[row].length - 1L}, Map.of());
        for (int i = 0; i < VOCABULARY; i++) {
          assertThat(packed[row * VOCABULARY + i]).isCloseTo(alone[i], within(1e-3f));
        }
      }
    }
  }

  private float[] packed(OrtSession session) throws OrtException {
    long[] ids = Arrays.stream(ROWS).flatMapToLong(Arrays::stream).toArray();
    long[] positions =
        Arrays.stream(ROWS).flatMapToLong(row -> LongStream.range(0, row.length)).toArray();
    long[] ends = new long[ROWS.length];
    float[] bias = new float[ids.length * ids.length];
    Arrays.fill(bias, -1e9f);
    int start = 0;
    for (int row = 0; row < ROWS.length; row++) {
      for (int i = 0; i < ROWS[row].length; i++) {
        int from = (start + i) * ids.length + start;
        Arrays.fill(bias, from, from + i + 1, 0);
      }
      start += ROWS[row].length;
      ends[row] = start - 1L;
    }
    Map<String, OnnxTensor> more =
        Map.of(
            PackedGraph.POSITIONS, longs(positions, 1, ids.length),
            PackedGraph.BIAS, floats(bias, 1, 1, ids.length, ids.length));
    return run(session, ids, ends, more);
  }

  private float[] run(OrtSession session, long[] ids, long[] asked, Map<String, OnnxTensor> more)
      throws OrtException {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    Map<String, OnnxTensor> inputs = new HashMap<>(more);
    inputs.put("input_ids", longs(ids, 1, ids.length));
    inputs.put("attention_mask", longs(mask, 1, ids.length));
    inputs.put("logits_indices", longs(asked, asked.length));
    for (int layer = 0; layer < 4; layer++) {
      for (String part : new String[] {"key", "value"}) {
        inputs.put("past_key_values." + layer + "." + part, floats(new float[0], 1, 2, 0, 32));
      }
    }
    try (OrtSession.Result result = session.run(inputs, Set.of("logits"))) {
      FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor longs(long[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private OnnxTensor floats(float[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }
}
