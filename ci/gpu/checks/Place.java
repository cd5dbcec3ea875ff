import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.CudaSupport;
import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.runtime.device.Gpu;
import java.nio.file.Path;

/**
 * Where checks run, and on which model.
 *
 * @param device a GPU, or the processor by the same way
 * @param model folder of the package
 * @param rows file of rows: golden answers, or a workload
 * @param slots rows that are decoded together
 * @param seconds for what runs as long as there is time
 * @param expected rows a second; 0 where no speed is asked for
 * @param adapter with which rows are answered; empty for none
 * @param close how far apart two logits are that the precision may take for each other
 */
record Place(
    ComputeDevice device,
    Path model,
    Path rows,
    int slots,
    int seconds,
    double expected,
    String adapter,
    double close) {

  static final long MEBI = 1L << 20;

  boolean onGpu() {
    return device instanceof ComputeDevice.Cuda;
  }

  /** The GPU as it is now. */
  Gpu gpu() {
    return CudaSupport.gpu(((ComputeDevice.Cuda) device).number());
  }

  /** Bytes in use: on a GPU of all processes, else of this one. */
  long usedMemory() {
    if (!onGpu()) {
      return ProcessMemory.resident().orElseThrow();
    }
    Gpu now = gpu();
    return now.totalBytes() - now.freeBytes();
  }

  /** A part of the GPU's free memory, or the processor. */
  Place withMemory(double fraction) {
    return onGpu() ? on(new ComputeDevice.Cuda(gpu().number(), fraction)) : this;
  }

  private Place on(ComputeDevice other) {
    return new Place(other, model, rows, slots, seconds, expected, adapter, close);
  }

  EngineOptions options(int capacity) {
    return EngineOptions.DEFAULTS.withSlots(slots).withCapacity(capacity).withDevice(device);
  }

  LlamaEngine open(int capacity) {
    return open(options(capacity));
  }

  LlamaEngine open(EngineOptions options) {
    return LlamaEngine.open(ModelPackages.open(model), options);
  }
}
