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
      if (packing instanceof Packing.OfTokens tokens) {
        pack(scratch, folder, tokens, packed);
      } else if (packing instanceof Packing.OfBlocks blocks) {
        pack(scratch, folder, blocks, packed);
      }
    } catch (IOException e) {
      throw new ModelException(
          "Cannot read weights in " + folder + ": " + e.getMessage() + ". Copy the model again.",
          e);
    }
    return packed;
  }

  private static void pack(
      NativeMemory scratch, Path folder, Packing.OfTokens packing, ByteBuffer packed)
      throws IOException {
    NativeOperators.functions()
        .spark_llama_pack_token_weights(
            read(scratch, folder, packing.weights(), Byte.BYTES),
            floats(scratch, folder, packing.scales()),
            packing.levelScale(),
            packing.inputs(),
            packing.outputs(),
            packed);
  }

  private static void pack(
      NativeMemory scratch, Path folder, Packing.OfBlocks packing, ByteBuffer packed)
      throws IOException {
    NativeOperators.functions()
        .spark_llama_pack_block_weights(
            read(scratch, folder, packing.weights(), Byte.BYTES),
            floats(scratch, folder, packing.scales()),
            packing.blocks() * packing.block(),
            packing.outputs(),
            packing.block(),
            packed);
  }

  private static ByteBuffer floats(NativeMemory scratch, Path folder, TensorProto tensor)
      throws IOException {
    if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
      return read(scratch, folder, tensor, Float.BYTES);
    }
    ByteBuffer halves = read(scratch, folder, tensor, Short.BYTES);
    ByteBuffer floats = scratch.bytes(2L * halves.remaining());
    NativeOperators.functions().spark_llama_widen(halves, halves.remaining() / Short.BYTES, floats);
    return floats;
  }

  private static ByteBuffer read(
      NativeMemory scratch, Path folder, TensorProto tensor, int bytesOfAValue) throws IOException {
    ByteBuffer bytes = scratch.bytes(values(tensor) * bytesOfAValue);
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

  private static long values(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  @Override
  public void close() {
    tensors.forEach(OnnxTensor::close);
    memory.close();
  }
}
