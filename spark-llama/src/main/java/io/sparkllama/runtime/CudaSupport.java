package io.sparkllama.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.sparkllama.errors.EngineException;
import io.sparkllama.runtime.device.Cuda;
import io.sparkllama.runtime.device.Gpu;
import java.util.Optional;

/** Whether engines of this process can compute on GPUs. For any thread. */
public final class CudaSupport {

  private CudaSupport() {}

  /**
   * Whether ONNX Runtime has been built with CUDA; that the machine has all it needs is another
   * question.
   */
  public static boolean inBuild() {
    NativeEnvironment.get();
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /**
   * Why an engine cannot compute on a GPU.
   *
   * @param number as CUDA counts, from 0
   * @return what was found, what was expected, and what to do; empty where an engine can
   */
  public static Optional<String> obstacle(int number) {
    try {
      gpu(number);
      return Optional.empty();
    } catch (EngineException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * A GPU that engines can use. The first call for a GPU takes some hundred MiB of its memory for
   * CUDA itself.
   *
   * @param number as CUDA counts, from 0
   * @throws EngineException names what is missing and how to get it
   */
  public static Gpu gpu(int number) {
    return open().gpu(number);
  }

  static Cuda open() {
    return Cuda.open(inBuild());
  }
}
