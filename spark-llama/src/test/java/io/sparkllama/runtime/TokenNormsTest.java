package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import com.google.protobuf.ByteString;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Norm and rounding in one operator against ONNX Runtime's two. */
class TokenNormsTest {

  private static final int SIZE = 96;

  @TempDir private Path folder;
  private final Random random = new Random(1);

  @BeforeEach
  void requireLibrary() {
    assumeTrue(NativeOperators.library().isPresent(), "the operators were not built here");
  }

  /** Sums are the same; squares are added up in another order, so a level may be its neighbour. */
  @Test
  void agreesWithTheGraphsOperators() {
    ModelProto plain = model(graph());
    ModelProto fused = model(TokenNorms.insert(graph(), 2));
    assertThat(fused.getGraph().getNodeList().stream().map(NodeProto::getOpType))
        .containsExactly("NormTokens", "Cast");
    for (int tokens : new int[] {1, 16, 17, 100}) {
      float[] stream = normal(tokens * SIZE);
      float[] added = normal(tokens * SIZE);
      Map<String, float[]> expected = run(plain, stream, added);
      Map<String, float[]> found = run(fused, stream, added);
      assertThat(found.get("sum")).isEqualTo(expected.get("sum"));
      int different = 0;
      for (int i = 0; i < tokens * SIZE; i++) {
        float apart = Math.abs(found.get("levels")[i] - expected.get("levels")[i]);
        assertThat(apart).isLessThanOrEqualTo(1);
        different += (int) apart;
      }
      assertThat(different).isLessThanOrEqualTo(1 + tokens * SIZE / 1000);
    }
  }

  /** Weights of up to 4 make norms of more than the 3.5 that levels reach to. */
  private GraphProto graph() {
    float[] weights = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      weights[i] = 4f * i / SIZE;
    }
    return GraphProto.newBuilder()
        .setName("norm")
        .addInput(OnnxParts.value("stream", DataType.FLOAT_VALUE, "tokens", SIZE))
        .addInput(OnnxParts.value("added", DataType.FLOAT_VALUE, "tokens", SIZE))
        .addOutput(OnnxParts.floats("sum"))
        .addOutput(OnnxParts.floats("levels"))
        .addInitializer(constant("weights", DataType.FLOAT_VALUE, floats(weights)).addDims(SIZE))
        .addInitializer(constant("level", DataType.FLOAT_VALUE, floats(3.5f / 127)))
        .addInitializer(
            constant("zero", DataType.UINT8_VALUE, ByteString.copyFrom(new byte[] {-128})))
        .addNode(
            OnnxParts.node(
                    "SkipSimplifiedLayerNormalization",
                    "norm",
                    List.of("stream", "added", "weights"),
                    OnnxParts.attribute("epsilon", 1e-5f))
                .toBuilder()
                .addAllOutput(List.of("", "", "sum"))
                .setDomain("com.microsoft"))
        .addNode(OnnxParts.node("QuantizeLinear", "rounded", List.of("norm", "level", "zero")))
        .addNode(
            OnnxParts.node(
                "Cast",
                "levels",
                List.of("rounded"),
                OnnxParts.attribute("to", DataType.FLOAT_VALUE)))
        .build();
  }

  private static TensorProto.Builder constant(String name, int type, ByteString bytes) {
    return TensorProto.newBuilder().setName(name).setDataType(type).setRawData(bytes);
  }

  private static ByteString floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static ModelProto model(GraphProto graph) {
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(21))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .addOpsetImport(NativeOperators.SET)
        .setGraph(graph)
        .build();
  }

  private Map<String, float[]> run(ModelProto model, float[] stream, float[] added) {
    Map<String, float[]> outputs = new HashMap<>();
    try (NativeMemory memory = new NativeMemory();
        ModelSession session = ModelSession.open(folder, model, 2);
        OnnxTensor first = tensor(session, memory, stream);
        OnnxTensor second = tensor(session, memory, added)) {
      session.run(
          Map.of("stream", first, "added", second),
          (name, values) -> outputs.put(name, copy(values)));
    }
    return outputs;
  }

  private static OnnxTensor tensor(ModelSession session, NativeMemory memory, float[] values) {
    return session.tensor(memory.floats(values.length).put(0, values), values.length / SIZE, SIZE);
  }

  private static float[] copy(FloatBuffer values) {
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return copy;
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
