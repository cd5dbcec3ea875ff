package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataLocation;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.TypeProto;
import io.sparkllama.onnx.ValueInfoProto;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Packages of precision bf16. A processor has no kernels for it, so the prepared graph and all its
 * numbers are widened to 32 bits, which changes none of them; what is left out is the rounding of
 * what passes compute.
 */
class Bf16Test {

  private static final List<JsonNode> GOLDEN = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");
  private static final DecoderOptions ON_GPU =
      new DecoderOptions(2, 1200, 1, 512, Attention.OWN).on(new ComputeDevice.Cuda(0, 0.9));

  @TempDir private Path folder;

  @Test
  void widenedPackagesGiveTheGoldenIds() throws IOException {
    Converter.convert(
        ConversionRequest.of(
            Fixtures.transformers().toString(),
            folder,
            new Storage(Precision.BF16, 32, Device.CUDA)));
    ModelPackage model = ModelPackages.open(folder);
    ServingGraph prepared = ServingGraph.read(model, ON_GPU);
    assertThat(prepared.cacheType()).isEqualTo(CacheType.BFLOAT16);
    try (Decoder decoder = open(model, widened(prepared.model()))) {
      for (JsonNode row : GOLDEN) {
        Tokens prompt = Tokens.of(Fixtures.ids(row, "prompt_ids"));
        int[] expected = Fixtures.ids(row, "greedy_ids");
        assertThat(greedy(decoder, prompt, expected.length)).isEqualTo(expected);
      }
    }
  }

  private static Decoder open(ModelPackage model, ModelProto graph) {
    DecoderOptions options = ON_GPU.on(new ComputeDevice.CpuAsGpu());
    Placement.WithMemory placement = Placement.of(options.device());
    ServingGraph serving = ServingGraph.of(graph);
    ModelSession session = ModelSession.open(model.folder(), serving, 1, placement);
    return new DeviceDecoder(
        session,
        new NativeMemory(),
        LayerMemory.of(session.memory(placement.memory())),
        model.architecture(),
        CacheType.FLOAT32,
        options);
  }

  private static int[] greedy(Decoder decoder, Tokens prompt, int count) {
    int[] answer = new int[count];
    answer[0] = decoder.prefill(0, 0, prompt, 1).argmax(0);
    for (int i = 1; i < count; i++) {
      int[] past = {prompt.length() + i - 1};
      answer[i] = decoder.decode(1, new int[] {answer[i - 1]}, past).argmax(0);
    }
    return answer;
  }

  private ModelProto widened(ModelProto model) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.getInputBuilderList().forEach(Bf16Test::widen);
    graph.getOutputBuilderList().forEach(Bf16Test::widen);
    graph.getNodeBuilderList().forEach(Bf16Test::widen);
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.getDataType() == DataType.BFLOAT16_VALUE) {
        tensor
            .setRawData(widened(bytes(tensor)))
            .setDataType(DataType.FLOAT_VALUE)
            .clearExternalData()
            .setDataLocation(DataLocation.DEFAULT);
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static void widen(ValueInfoProto.Builder value) {
    TypeProto.Tensor.Builder type = value.getTypeBuilder().getTensorTypeBuilder();
    if (type.getElemType() == DataType.BFLOAT16_VALUE) {
      type.setElemType(DataType.FLOAT_VALUE);
    }
  }

  private static void widen(NodeProto.Builder node) {
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.getName().equals("to") && attribute.getI() == DataType.BFLOAT16_VALUE) {
        attribute.setI(DataType.FLOAT_VALUE);
      }
    }
  }

  private ByteBuffer bytes(TensorProto.Builder tensor) throws IOException {
    if (tensor.getExternalDataCount() == 0) {
      return tensor.getRawData().asReadOnlyByteBuffer();
    }
    Map<String, String> place =
        tensor.getExternalDataList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    byte[] bytes = new byte[Integer.parseInt(place.get("length"))];
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve(place.get("location")).toFile(), "r")) {
      file.seek(Long.parseLong(place.get("offset")));
      file.readFully(bytes);
    }
    return ByteBuffer.wrap(bytes);
  }

  /** The upper half of a 32-bit number's bits. */
  private static ByteString widened(ByteBuffer halves) {
    ByteBuffer numbers = halves.order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer wide = ByteBuffer.allocate(2 * numbers.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, numbers.remaining() / Short.BYTES)
        .forEach(i -> wide.putInt(numbers.getShort(i * Short.BYTES) << 16));
    return ByteString.copyFrom(wide.flip());
  }
}
