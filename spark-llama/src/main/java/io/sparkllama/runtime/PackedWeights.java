package io.sparkllama.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The packed weights of a session. ONNX Runtime reads them where they lie, so they outlive it. */
final class PackedWeights implements AutoCloseable {

  private final NativeMemory memory = new NativeMemory();
  private final List<OnnxTensor> tensors = new ArrayList<>();

  /**
   * Packs weights and hands them to a session that will be opened.
   *
   * @param folder where the weights lie
   */
  void add(
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      Path folder,
      List<Packing> packings)
      throws OrtException {
    for (Packing packing : packings) {
      TensorProto packed = packing.packed();
      long[] shape = packed.getDimsList().stream().mapToLong(Long::longValue).toArray();
      OnnxTensor tensor =
          OnnxTensor.createTensor(environment, pack(folder, packing), shape, OnnxJavaType.INT8);
      tensors.add(tensor);
      options.addInitializer(packed.getName(), tensor);
    }
  }

  private ByteBuffer pack(Path folder, Packing packing) {
    TensorProto shape = packing.packed();
    ByteBuffer packed = memory.bytes(shape.getDims(0) * shape.getDims(1));
    try (NativeMemory scratch = new NativeMemory()) {
      NativeOperators.functions()
          .spark_llama_pack_token_weights(
              read(scratch, folder, packing.weights(), Byte.BYTES),
              read(scratch, folder, packing.scales(), Float.BYTES),
              packing.levelScale(),
              packing.inputs(),
              packing.outputs(),
              packed);
    } catch (IOException e) {
      throw new ModelException(
          "Cannot read weights in " + folder + ": " + e.getMessage() + ". Copy the model again.",
          e);
    }
    return packed;
  }

  private static ByteBuffer read(
      NativeMemory scratch, Path folder, TensorProto tensor, int bytesOfAValue) throws IOException {
    long values =
        tensor.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = scratch.bytes(values * bytesOfAValue);
    if (tensor.getExternalDataCount() == 0) {
      return bytes.put(tensor.getRawData().asReadOnlyByteBuffer()).flip();
    }
    Map<String, String> place = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      place.put(entry.getKey(), entry.getValue());
    }
    try (FileChannel file = FileChannel.open(folder.resolve(place.get("location")))) {
      long at = Long.parseLong(place.getOrDefault("offset", "0"));
      while (bytes.hasRemaining()) {
        int read = file.read(bytes, at + bytes.position());
        if (read < 0) {
          throw new EOFException("the file ends within " + tensor.getName());
        }
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() {
    tensors.forEach(OnnxTensor::close);
    memory.close();
  }
}
