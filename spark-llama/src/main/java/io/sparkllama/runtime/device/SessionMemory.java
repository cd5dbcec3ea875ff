package io.sparkllama.runtime.device;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.stream.LongStream;

/**
 * Tensors in the memory of the device on which a session computes, from that session's allocator,
 * so that the session's limit holds for them. They are closed before it, and it before the session.
 * One thread at a time.
 */
public final class SessionMemory implements AutoCloseable {

  private final OrtBridge bridge;
  private final long memoryInfo;
  private final long allocator;
  private final DeviceMemory memory;

  private SessionMemory(OrtBridge bridge, long memoryInfo, long allocator, DeviceMemory memory) {
    this.bridge = bridge;
    this.memoryInfo = memoryInfo;
    this.allocator = allocator;
    this.memory = memory;
  }

  /**
   * @param place what ONNX Runtime calls the memory
   * @throws io.sparkllama.errors.EngineException when this version of ONNX Runtime is another than
   *     has been tried, or the session does not compute there
   */
  public static SessionMemory open(
      OrtEnvironment environment, OrtSession session, MemoryPlace place) {
    OrtBridge bridge = OrtBridge.open(environment);
    OrtApi api = bridge.api();
    long asked = api.memoryInfo(place.name(), place.number());
    try {
      long allocator = api.allocator(bridge.handle(session), asked);
      // Views are described as the session's own tensors, which it would copy elsewhere otherwise.
      return new SessionMemory(bridge, api.memoryInfoOf(allocator), allocator, place.memory());
    } finally {
      api.releaseMemoryInfo(asked);
    }
  }

  /** Moves numbers there. */
  public DeviceMemory memory() {
    return memory;
  }

  /** A tensor of zeros. */
  public DeviceTensor zeros(OnnxJavaType type, long... shape) {
    long value = bridge.api().tensor(allocator, shape, element(type));
    long bytes = bytes(type, shape);
    OnnxTensor tensor = bridge.tensor(value, type, shape);
    try {
      long address = bridge.api().address(value);
      memory.clear(address, bytes);
      return new DeviceTensor(tensor, address, bytes);
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  /**
   * A part of a tensor as a tensor, over the same memory.
   *
   * @param offset bytes of the whole in front of the part
   * @throws IllegalArgumentException when the part goes beyond the whole
   */
  public DeviceTensor view(DeviceTensor whole, long offset, OnnxJavaType type, long... shape) {
    long bytes = bytes(type, shape);
    if (offset < 0 || offset + bytes > whole.bytes()) {
      throw new IllegalArgumentException(
          "Cannot view %d bytes from %d: found a tensor of %d bytes. Ask for a part of it."
              .formatted(bytes, offset, whole.bytes()));
    }
    long address = whole.address() + offset;
    long value = bridge.api().view(memoryInfo, address, bytes, shape, element(type));
    return new DeviceTensor(bridge.tensor(value, type, shape), address, bytes);
  }

  /**
   * A LoRA adapter whose matrices lie there, so that passes do not have to bring them; to be closed
   * before this.
   *
   * @throws OrtException when it is no adapter, or the memory is the processor's
   */
  public OrtLoraAdapter adapter(Path file) throws OrtException {
    return bridge.adapter(file, allocator);
  }

  /**
   * The number of a type in the C API, {@code ONNXTensorElementDataType}. Java's enumerations count
   * in orders of their own, which JNI translates.
   */
  private static int element(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> 1;
      case FLOAT16 -> 10;
      case BFLOAT16 -> 16;
      default -> throw new IllegalArgumentException("Cannot keep " + type + " on a device.");
    };
  }

  private static long bytes(OnnxJavaType type, long[] shape) {
    return LongStream.of(shape).reduce(type.size, Math::multiplyExact);
  }

  @Override
  public void close() {
    bridge.api().releaseAllocator(allocator);
  }
}
