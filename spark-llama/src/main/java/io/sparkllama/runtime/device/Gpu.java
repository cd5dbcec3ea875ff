package io.sparkllama.runtime.device;

/**
 * A GPU as CUDA sees it.
 *
 * @param number as CUDA counts, from 0
 * @param name of the product
 * @param major first number of the compute capability: 9 of 9.0
 * @param minor second number of the compute capability
 * @param totalBytes of its memory
 * @param freeBytes that no process has taken, when this was asked
 */
public record Gpu(int number, String name, int major, int minor, long totalBytes, long freeBytes) {

  /**
   * Compute capabilities for which ONNX Runtime's CUDA build has flash attention, as 10 x major +
   * minor. Below, its attention would copy the keys of all slots in each pass, and has no bf16.
   */
  private static final int LEAST = 80;

  private static final int MOST = 90;
  private static final int BLACKWELL_RTX = 120;

  /** Whether ONNX Runtime's CUDA build has all code for it. */
  boolean supported() {
    int capability = 10 * major + minor;
    return (capability >= LEAST && capability <= MOST) || capability == BLACKWELL_RTX;
  }
}
