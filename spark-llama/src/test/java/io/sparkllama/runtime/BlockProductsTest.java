package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import com.google.protobuf.ByteString;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with weights in blocks of 8 bits against ONNX Runtime's and the definition. */
class BlockProductsTest {

  private static final int INPUTS = 256;

  /** An odd number of panels. */
  private static final int OUTPUTS = 48;

  /** Scales of a power of two and its half, which 16-bit floats hold exactly. */
  private static final short[] SCALES = {0x2000, 0x1C00};

  private static final float[] SCALE_VALUES = {0x1p-7f, 0x1p-8f};

  private static final String FILE = "weights.bin";

  @TempDir private Path folder;
  private final Random random = new Random(1);
  private final byte[] weights = new byte[OUTPUTS * INPUTS];

  @BeforeEach
  void write() throws IOException {
    assumeTrue(NativeOperators.library().isPresent(), "the operators were not built here");
    assumeTrue(NativeOperators.functions().spark_llama_multiplies() != 0, "no integer products");
    random.nextBytes(weights);
    Files.write(folder.resolve(FILE), weights);
  }

  /** In double precision of inputs that are rounded to 127 levels of the largest of their block. */
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void isTheDefinition(int block) {
    ServingGraph own = own(block, 4);
    assertThat(operators(own)).containsExactly("QuantizeTokens", "BlockProduct");
    for (int tokens : new int[] {1, 2, 3, 4, 5, 67, 130}) {
      float[] inputs = normal(tokens * INPUTS);
      float[] found = run(own, inputs);
      for (int t = 0; t < tokens; t++) {
        float[] token = Arrays.copyOfRange(inputs, t * INPUTS, (t + 1) * INPUTS);
        for (int o = 0; o < OUTPUTS; o++) {
          assertThat(found[t * OUTPUTS + o])
              .isCloseTo((float) exact(token, o, block), within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void agreesWithTheGraphsProduct(int block) {
    ServingGraph plain = ServingGraph.of(model(block, 4));
    ServingGraph own = own(block, 4);
    for (int tokens : new int[] {1, 16, 67}) {
      float[] inputs = normal(tokens * INPUTS);
      assertThat(run(own, inputs))
          .usingComparatorWithPrecision(1e-2f)
          .containsExactly(run(plain, inputs));
    }
  }

  @Test
  void aTokenDoesNotDependOnItsCompany() {
    ServingGraph own = own(32, 4);
    float[] inputs = normal(11 * INPUTS);
    float[] together = run(own, inputs);
    for (int first = 0; first < 11; first++) {
      for (int count = 1; first + count <= 11; count++) {
        assertThat(run(own, Arrays.copyOfRange(inputs, first * INPUTS, (first + count) * INPUTS)))
            .isEqualTo(Arrays.copyOfRange(together, first * OUTPUTS, (first + count) * OUTPUTS));
      }
    }
  }

  /** Level 0 asks for inputs as they are. */
  @Test
  void leavesProductsThatMustNotRoundTheirInputs() {
    assertThat(operators(own(32, 0))).containsExactly("Cast", "MatMulNBits");
  }

  private double exact(float[] token, int output, int block) {
    double sum = 0;
    for (int b = 0; b < INPUTS / block; b++) {
      float most = 0;
      for (int i = b * block; i < (b + 1) * block; i++) {
        most = Math.max(most, Math.abs(token[i]));
      }
      float level = most * (1 / 127f);
      long whole = 0;
      for (int i = b * block; i < (b + 1) * block; i++) {
        int weight = Byte.toUnsignedInt(weights[output * INPUTS + i]) - 128;
        whole += weight * (long) Math.rint(token[i] / level);
      }
      sum += whole * (double) level * SCALE_VALUES[scale(output * (INPUTS / block) + b)];
    }
    return sum;
  }

  private static int scale(int block) {
    return block % 3 == 0 ? 1 : 0;
  }

  private ServingGraph own(int block, int accuracy) {
    return BlockProducts.insert(ServingGraph.of(model(block, accuracy)), 2);
  }

  private static List<String> operators(ServingGraph graph) {
    return graph.model().getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  private static ModelProto model(int block, int accuracy) {
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(21))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .addOpsetImport(NativeOperators.SET)
        .setGraph(graph(block, accuracy))
        .build();
  }

  private static GraphProto graph(int block, int accuracy) {
    return GraphProto.newBuilder()
        .setName("product")
        .addInput(OnnxParts.value("x", DataType.FLOAT_VALUE, "tokens", INPUTS))
        .addOutput(OnnxParts.floats("y"))
        .addInitializer(weights(block))
        .addInitializer(scales(block))
        .addNode(
            OnnxParts.node(
                "Cast", "widened", List.of("s"), OnnxParts.attribute("to", DataType.FLOAT_VALUE)))
        .addNode(
            OnnxParts.node(
                    "MatMulNBits",
                    "y",
                    List.of("x", "w", "widened"),
                    OnnxParts.attribute("K", INPUTS),
                    OnnxParts.attribute("N", OUTPUTS),
                    OnnxParts.attribute("bits", 8),
                    OnnxParts.attribute("block_size", block),
                    OnnxParts.attribute("accuracy_level", accuracy))
                .toBuilder()
                .setDomain("com.microsoft"))
        .build();
  }

  private static TensorProto weights(int block) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(DataType.UINT8_VALUE)
        .addDims(OUTPUTS)
        .addDims(INPUTS / block)
        .addDims(block)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", FILE))
        .addExternalData(entry("offset", "0"))
        .addExternalData(entry("length", Integer.toString(OUTPUTS * INPUTS)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static TensorProto scales(int block) {
    int count = OUTPUTS * INPUTS / block;
    ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putShort(SCALES[scale(i)]);
    }
    return TensorProto.newBuilder()
        .setName("s")
        .setDataType(DataType.FLOAT16_VALUE)
        .addDims(count)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private float[] run(ServingGraph graph, float[] inputs) {
    float[] outputs = new float[inputs.length / INPUTS * OUTPUTS];
    try (NativeMemory memory = new NativeMemory();
        ModelSession session = ModelSession.open(folder, graph, 2);
        OnnxTensor tensor =
            session.tensor(
                memory.floats(inputs.length).put(0, inputs), inputs.length / INPUTS, INPUTS)) {
      session.run(Map.of("x", tensor), (name, values) -> values.get(outputs));
    }
    return outputs;
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
