package io.sparkllama.spark.settings;

import io.sparkllama.runtime.ComputeDevice;
import java.io.Serializable;

/**
 * What engines run on.
 *
 * @param choice which devices
 * @param gpuMemoryFraction share of a GPU's free memory that an engine takes, above 0 and at most 1
 */
public record DeviceSettings(DeviceChoice choice, double gpuMemoryFraction)
    implements Serializable {

  /**
   * A GPU as an engine takes it.
   *
   * @param number as CUDA counts
   */
  public ComputeDevice gpu(int number) {
    return new ComputeDevice.Cuda(number, gpuMemoryFraction);
  }
}
