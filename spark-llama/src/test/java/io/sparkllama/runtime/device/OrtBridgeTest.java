package io.sparkllama.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.testing.Fixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors made through the C API, with the processor's allocator in place of a GPU's. */
class OrtBridgeTest {

  private static final int WIDTH = 3;

  @TempDir private Path folder;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @Test
  void aPassWritesIntoATensorAndReadsAViewOfIt() throws OrtException {
    try (OrtSession session = doubling();
        SessionMemory memory = SessionMemory.open(environment, session, MemoryPlace.HOST);
        DeviceTensor whole = memory.zeros(OnnxJavaType.FLOAT, 2, WIDTH);
        DeviceTensor second = row(memory, whole, 1);
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(row()), shape())) {
      assertThat(read(memory, whole)).containsOnly(0);
      session.run(Map.of("in", input), Set.of(), Map.of("out", second.tensor())).close();
      assertThat(read(memory, whole)).containsExactly(0, 0, 0, 2, 4, 6);
      assertThat(second.address()).isEqualTo(whole.address() + WIDTH * Float.BYTES);
      try (DeviceTensor first = row(memory, whole, 0)) {
        session.run(Map.of("in", second.tensor()), Set.of(), Map.of("out", first.tensor())).close();
      }
      assertThat(read(memory, whole)).containsExactly(4, 8, 12, 2, 4, 6);
    }
  }

  /** Of two rows of four numbers, two parts of one number each, two numbers apart. */
  @Test
  void partsAreCopiedAndClearedWithinTheMemory() throws OrtException {
    try (OrtSession session = doubling();
        SessionMemory memory = SessionMemory.open(environment, session, MemoryPlace.HOST);
        DeviceTensor whole = memory.zeros(OnnxJavaType.FLOAT, 4, WIDTH);
        DeviceTensor last = row(memory, whole, 3);
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(row()), shape())) {
      session.run(Map.of("in", input), Set.of(), Map.of("out", last.tensor())).close();
      long number = Float.BYTES;
      memory.memory().copy(whole.address(), last.address(), 2, number, 2 * number);
      assertThat(read(memory, whole)).containsExactly(2, 0, 6, 0, 0, 0, 0, 0, 0, 2, 4, 6);
      memory.memory().clear(last.address() + number, 2 * number);
      assertThat(read(memory, whole)).containsExactly(2, 0, 6, 0, 0, 0, 0, 0, 0, 2, 0, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-4, 4})
  void aViewBeyondTheTensorIsRefused(long offset) throws OrtException {
    try (OrtSession session = doubling();
        SessionMemory memory = SessionMemory.open(environment, session, MemoryPlace.HOST);
        DeviceTensor whole = memory.zeros(OnnxJavaType.FLOAT, 1, WIDTH)) {
      assertThatThrownBy(() -> memory.view(whole, offset, OnnxJavaType.FLOAT, 1, WIDTH))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The types that keys and values may have: a graph of each takes the tensor and a view of it. */
  @ParameterizedTest
  @CsvSource({"FLOAT, 1, 4", "FLOAT16, 10, 2", "BFLOAT16, 16, 2"})
  void tensorsHaveTheTypeThatAGraphExpects(OnnxJavaType type, int element, int size)
      throws OrtException {
    try (OrtSession session = session("Identity", element, List.of("in"));
        SessionMemory memory = SessionMemory.open(environment, session, MemoryPlace.HOST);
        DeviceTensor whole = memory.zeros(type, 2, WIDTH);
        DeviceTensor second = memory.view(whole, (long) WIDTH * size, type, 1, WIDTH)) {
      assertThat(whole.bytes()).isEqualTo((long) size * 2 * WIDTH);
      session.run(Map.of("in", whole.tensor()), Set.of(), Map.of("out", whole.tensor())).close();
      session.run(Map.of("in", second.tensor()), Set.of(), Map.of("out", second.tensor())).close();
    }
  }

  @Test
  void whatOnnxRuntimeSaysIsHandedOn() throws OrtException {
    try (OrtSession session = doubling()) {
      MemoryPlace elsewhere = new MemoryPlace("Cuda", 0, new HostMemory());
      assertThatThrownBy(() -> SessionMemory.open(environment, session, elsewhere))
          .isInstanceOf(EngineException.class)
          .hasMessageStartingWith("Cannot make a tensor in the device's memory: found \"");
    }
  }

  /** The processor's memory is refused, in words of the function that was to be reached. */
  @Test
  void anAdapterIsHandedToOnnxRuntimeWithTheMemory() throws OrtException {
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), folder, Precision.FP32)
            .withAdapters(List.of(Fixtures.lora())));
    Path adapter = ModelPackages.open(folder).adapter("lora-peft");
    try (OrtSession session = doubling();
        SessionMemory memory = SessionMemory.open(environment, session, MemoryPlace.HOST)) {
      assertThatThrownBy(() -> memory.adapter(adapter))
          .isInstanceOf(OrtException.class)
          .hasMessageContaining("it also must not be a CPU allocator");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.28.1", "1.30.0", "2.0.0", "11.29.0"})
  void anotherVersionIsRefused(String version) {
    assertThatThrownBy(() -> OrtBridge.requireVersion(version))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot keep tensors in the device's memory: found ONNX Runtime with version %s, expected 1.29.x. Put the version that spark-llama was built with first on the class path, or use the device cpu."
                .formatted(version));
    assertThatCode(() -> OrtBridge.requireVersion(environment.getVersion()))
        .doesNotThrowAnyException();
  }

  @Test
  void membersThatAreNotThereOrClosedAreRefused() {
    assertThatThrownBy(() -> OrtBridge.field(OrtSession.class, "handle"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no field OrtSession.handle");
    assertThatThrownBy(() -> OrtBridge.constructor(OnnxTensor.class, String.class))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("another constructor of OnnxTensor");
    assertThatThrownBy(() -> OrtBridge.field(Thread.class, "tid"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("a closed module");
  }

  private static float[] row() {
    return new float[] {1, 2, 3};
  }

  private static long[] shape() {
    return new long[] {1, WIDTH};
  }

  private static DeviceTensor row(SessionMemory memory, DeviceTensor whole, int row) {
    return memory.view(whole, (long) row * WIDTH * Float.BYTES, OnnxJavaType.FLOAT, 1, WIDTH);
  }

  private static float[] read(SessionMemory memory, DeviceTensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) tensor.bytes()).order(ByteOrder.nativeOrder());
    memory.memory().read(tensor.address(), bytes);
    float[] numbers = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(numbers);
    return numbers;
  }

  private OrtSession doubling() throws OrtException {
    return session("Add", DataType.FLOAT_VALUE, List.of("in", "in"));
  }

  private OrtSession session(String operator, int element, List<String> inputs)
      throws OrtException {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("test")
            .addInput(OnnxParts.value("in", element, "rows", WIDTH))
            .addNode(OnnxParts.node(operator, "out", inputs))
            .addOutput(OnnxParts.value("out", element, "rows", WIDTH))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(7)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
            .setGraph(graph)
            .build();
    return environment.createSession(model.toByteArray());
  }
}
