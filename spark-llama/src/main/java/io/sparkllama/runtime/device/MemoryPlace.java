package io.sparkllama.runtime.device;

/**
 * The memory of a device as ONNX Runtime names it, and what moves numbers there.
 *
 * @param name {@code Cpu} or {@code Cuda}
 * @param number which of several
 */
public record MemoryPlace(String name, int number, DeviceMemory memory) {

  /** The machine's own. */
  public static final MemoryPlace HOST = new MemoryPlace("Cpu", 0, new HostMemory());
}
