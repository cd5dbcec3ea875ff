package io.sparkllama.spark.settings;

import io.sparkllama.runtime.ComputeDevice;
import java.io.Serializable;
import java.util.List;

/**
 * What engines run on.
 *
 * @param choice which devices
 * @param gpuMemoryFraction share of a GPU's free memory that an engine takes, above 0 and at most 1
 */
public record DeviceSettings(DeviceChoice choice, double gpuMemoryFraction)
    implements Serializable {

  /**
   * GPUs as an engine takes them, one for each stage of its model.
   *
   * @param numbers as CUDA counts, at least one
   */
  public ComputeDevice gpus(List<Integer> numbers) {
    return ComputeDevice.Cuda.of(numbers, gpuMemoryFraction);
  }
}
