package io.sparkllama.cli;

import io.sparkllama.runtime.ComputeDevice;
import picocli.CommandLine.Option;

/** Where a command's engine computes. */
final class DeviceMixin {

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:N[,N]]",
      defaultValue = "cpu",
      description =
          "Where the engine computes; cuda needs the jar of a build with -Pgpu, and a model with"
              + " stages a GPU for each (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--gpu-memory-fraction",
      paramLabel = "SHARE",
      defaultValue = "" + ComputeDevice.DEFAULT_MEMORY_FRACTION,
      description =
          "Share of the GPU's free memory that the engine may take (default: ${DEFAULT-VALUE}).")
  private double memoryFraction;

  ComputeDevice chosen() {
    return ComputeDevice.parse(device, memoryFraction);
  }
}
