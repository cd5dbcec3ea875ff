package io.sparkllama.runtime.device;

import ai.onnxruntime.OnnxTensor;

/**
 * A tensor in the memory of a device. Java must not read its numbers: they may be out of its reach.
 *
 * @param tensor for passes
 * @param address where its numbers begin, as the device counts
 * @param bytes of its numbers
 */
public record DeviceTensor(OnnxTensor tensor, long address, long bytes) implements AutoCloseable {

  /** Gives its memory back, unless that is another tensor's. */
  @Override
  public void close() {
    tensor.close();
  }
}
