package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.errors.EngineException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator alone, against the textbook's attention in double precision. */
class SlotAttentionTest {

  private static final int SLOTS = 3;
  private static final int CAPACITY = 1200;

  @TempDir private Path folder;
  private final Random random = new Random(1);

  @BeforeEach
  void requireLibrary() {
    assumeTrue(NativeOperators.library().isPresent(), "the operators were not built here");
  }

  /** 1,100 tokens are more than two blocks of scores, and not a whole number of tiles. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 16, FLOAT32",
    "3, 1, 64, FLOAT32",
    "4, 2, 32, FLOAT32",
    "6, 2, 80, FLOAT16",
    "9, 3, 64, FLOAT16",
    "8, 1, 128, FLOAT16"
  })
  void agreesWithTheDefinition(int heads, int kvHeads, int size, CacheType type) {
    int tokens = 1100;
    float[] packed = normal(tokens * (heads + 2 * kvHeads) * size);
    int[] layout = new int[tokens * PassLayout.FIELDS];
    for (int i = 0; i < tokens; i++) {
      token(layout, i, 1, i, i, 0, 0);
    }
    float[] output = run(packed, layout, heads, kvHeads, size, type);
    double tolerance = type == CacheType.FLOAT32 ? 1e-5 : 5e-3;
    for (int query : new int[] {0, 1, 15, 16, 17, 511, 512, 513, 1099}) {
      int[] seen = IntStream.rangeClosed(0, query).toArray();
      for (int head = 0; head < heads; head++) {
        double[] expected = attention(packed, heads, kvHeads, size, query, head, seen);
        for (int i = 0; i < size; i++) {
          assertThat((double) output[(query * heads + head) * size + i])
              .isCloseTo(expected[i], within(tolerance));
        }
      }
    }
  }

  /** Two branches behind 20 tokens: the second sees nothing of the first. */
  @Test
  void branchesDoNotSeeEachOther() {
    int heads = 2;
    int size = 32;
    int trunk = 20;
    int[] layout = new int[(trunk + 5) * PassLayout.FIELDS];
    float[] packed = normal((trunk + 5) * 4 * size);
    for (int i = 0; i < trunk; i++) {
      token(layout, i, 0, i, i, 0, 0);
    }
    token(layout, 20, 0, 20, 20, trunk, 20);
    token(layout, 21, 0, 21, 21, trunk, 20);
    token(layout, 22, 0, 22, 20, trunk, 22);
    token(layout, 23, 0, 23, 21, trunk, 22);
    token(layout, 24, 0, 24, 22, trunk, 22);
    float[] output = run(packed, layout, heads, 1, size, CacheType.FLOAT32);
    int[] seen = IntStream.concat(IntStream.range(0, trunk), IntStream.of(22, 23)).toArray();
    double[] expected = attention(packed, heads, 1, size, 23, 1, seen);
    for (int i = 0; i < size; i++) {
      assertThat((double) output[(23 * heads + 1) * size + i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, 0, 0, 0",
    "0, 1200, 0, 0, 0",
    "0, -1, 0, 0, 0",
    "0, 0, 9999, 0, 0",
    "0, 0, 0, 1201, 0",
    "0, 0, 0, 0, 1"
  })
  void refusesALayoutOutsideTheCache(int slot, int index, int position, int end, int from) {
    int[] layout = new int[PassLayout.FIELDS];
    token(layout, 0, slot, index, position, end, from);
    float[] packed = normal(3 * 16);
    assertThatThrownBy(() -> run(packed, layout, 1, 1, 16, CacheType.FLOAT32))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("layout names a slot or a position that does not exist");
  }

  private static void token(
      int[] layout, int row, int slot, int index, int position, int end, int from) {
    int[] fields = {slot, index, position, Math.min(slot, SLOTS - 1), end, from};
    System.arraycopy(fields, 0, layout, row * PassLayout.FIELDS, fields.length);
  }

  private float[] normal(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** Softmax of scaled products over what is seen; positions are those of the tokens. */
  private static double[] attention(
      float[] packed, int heads, int kvHeads, int size, int query, int head, int[] seen) {
    int width = (heads + 2 * kvHeads) * size;
    int kvHead = head / (heads / kvHeads);
    int last = seen[seen.length - 1];
    double[] q = rotated(packed, query * width + head * size, size, position(query, last, seen));
    double[] weights = new double[seen.length];
    double sum = 0;
    for (int s = 0; s < seen.length; s++) {
      double[] k = rotated(packed, seen[s] * width + (heads + kvHead) * size, size, s);
      double score = 0;
      for (int i = 0; i < size; i++) {
        score += q[i] * k[i];
      }
      weights[s] = Math.exp(score / Math.sqrt(size));
      sum += weights[s];
    }
    double[] result = new double[size];
    for (int s = 0; s < seen.length; s++) {
      for (int i = 0; i < size; i++) {
        int value = seen[s] * width + (heads + kvHeads + kvHead) * size + i;
        result[i] += weights[s] / sum * packed[value];
      }
    }
    return result;
  }

  /** A token is the last that it sees, and what it sees stands at positions 0, 1, 2, ... */
  private static int position(int query, int last, int[] seen) {
    assertThat(query).isEqualTo(last);
    return seen.length - 1;
  }

  private static double[] rotated(float[] packed, int at, int size, int position) {
    double[] rotated = new double[size];
    int half = size / 2;
    for (int i = 0; i < half; i++) {
      double angle = angle(position, i, half);
      double a = packed[at + i];
      double b = packed[at + half + i];
      rotated[i] = a * Math.cos(angle) - b * Math.sin(angle);
      rotated[half + i] = b * Math.cos(angle) + a * Math.sin(angle);
    }
    return rotated;
  }

  private static double angle(int position, int dimension, int half) {
    return position * Math.pow(10_000, -dimension / (double) half);
  }

  private float[] run(
      float[] packed, int[] layout, int heads, int kvHeads, int size, CacheType type) {
    int tokens = layout.length / PassLayout.FIELDS;
    try (NativeMemory memory = new NativeMemory();
        ModelSession session = ModelSession.open(folder, graph(heads, size, type), 2);
        StepTensors step = new StepTensors(session);
        Buffers cache = new Buffers(session, memory, type, kvHeads, size)) {
      step.shared(cache.tensors());
      step.input(
          "packed", memory.floats(packed.length).put(0, packed), tokens, packed.length / tokens);
      IntBuffer rows = memory.ints(layout.length).put(0, layout);
      step.input("layout", rows, tokens, PassLayout.FIELDS);
      step.input("cos", table(memory, size, true), CAPACITY, size / 2);
      step.input("sin", table(memory, size, false), CAPACITY, size / 2);
      FloatBuffer output = memory.floats((long) tokens * heads * size);
      step.output("output", output, tokens, (long) heads * size);
      step.run();
      float[] result = new float[output.capacity()];
      output.get(0, result);
      return result;
    }
  }

  private static FloatBuffer table(NativeMemory memory, int size, boolean cosine) {
    int half = size / 2;
    FloatBuffer table = memory.floats((long) CAPACITY * half);
    for (int i = 0; i < CAPACITY * half; i++) {
      double angle = angle(i / half, i % half, half);
      table.put(i, (float) (cosine ? Math.cos(angle) : Math.sin(angle)));
    }
    return table;
  }

  private record Buffers(OnnxTensor keys, OnnxTensor values) implements AutoCloseable {

    Buffers(ModelSession session, NativeMemory memory, CacheType type, int heads, int size) {
      this(tensor(session, memory, type, heads, size), tensor(session, memory, type, heads, size));
    }

    private static OnnxTensor tensor(
        ModelSession session, NativeMemory memory, CacheType type, int heads, int size) {
      long count = (long) SLOTS * heads * CAPACITY * size;
      long[] shape = {SLOTS, heads, CAPACITY, size};
      if (type == CacheType.FLOAT32) {
        return session.tensor(memory.floats(count), shape);
      }
      ShortBuffer halves = memory.shorts(count);
      return session.halves(halves, shape);
    }

    Map<String, OnnxTensor> tensors() {
      return Map.of("keys", keys, "values", values);
    }

    @Override
    public void close() {
      keys.close();
      values.close();
    }
  }

  private static ModelProto graph(int heads, int size, CacheType type) {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("attention")
            .addInput(OnnxParts.value("packed", DataType.FLOAT_VALUE, "tokens", "width"))
            .addInput(
                OnnxParts.value("keys", type.elementType(), "slots", "heads", "capacity", size))
            .addInput(
                OnnxParts.value("values", type.elementType(), "slots", "heads", "capacity", size))
            .addInput(OnnxParts.value("layout", DataType.INT32_VALUE, "tokens", PassLayout.FIELDS))
            .addInput(OnnxParts.value("cos", DataType.FLOAT_VALUE, "positions", size / 2))
            .addInput(OnnxParts.value("sin", DataType.FLOAT_VALUE, "positions", size / 2))
            .addOutput(OnnxParts.value("output", DataType.FLOAT_VALUE, "tokens", heads * size))
            .addNode(
                SlotAttention.node(
                    "output",
                    List.of("packed", "keys", "values", "layout", "cos", "sin"),
                    heads,
                    (float) (1 / Math.sqrt(size)),
                    2))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(21))
        .addOpsetImport(NativeOperators.SET)
        .setGraph(graph)
        .build();
  }
}
