package io.sparkllama.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.sparkllama.runtime.device.Cuda;
import io.sparkllama.runtime.device.DecodeAttention;
import io.sparkllama.runtime.device.Gpu;
import io.sparkllama.runtime.device.MemoryPlace;

/** How a session comes to compute on a device, and where its memory is. */
sealed interface Placement {

  /** On the processor, with operators of our own. */
  Placement CPU = new OnCpu();

  /**
   * Looks at a device with a memory of its own.
   *
   * @throws io.sparkllama.errors.EngineException when it cannot be used
   */
  static WithMemory of(ComputeDevice device) {
    if (device instanceof ComputeDevice.Cuda chosen) {
      Cuda cuda = CudaSupport.open();
      return new OnGpu(cuda, cuda.gpu(chosen.number()), chosen);
    }
    return new OnCpuAsGpu();
  }

  void configure(SessionOptions options) throws OrtException;

  /** The processor, with operators of our own where they have been built for it. */
  record OnCpu() implements Placement {
    @Override
    public void configure(SessionOptions options) throws OrtException {
      if (NativeOperators.library().isPresent()) {
        options.registerCustomOpLibrary(NativeOperators.library().get().toString());
      }
    }
  }

  /** A device whose memory Java does not see. */
  sealed interface WithMemory extends Placement {
    MemoryPlace memory();
  }

  /** The processor in a GPU's place. */
  record OnCpuAsGpu() implements WithMemory {

    /** Sessions take the allocator of the environment, if it has been given one with a limit. */
    private static final String SHARED_ALLOCATOR = "session.use_env_allocators";

    @Override
    public void configure(SessionOptions options) throws OrtException {
      options.addConfigEntry(SHARED_ALLOCATOR, "1");
    }

    @Override
    public MemoryPlace memory() {
      return MemoryPlace.HOST;
    }
  }

  /**
   * A GPU.
   *
   * @param gpu as it was when the engine was opened
   */
  record OnGpu(Cuda cuda, Gpu gpu, ComputeDevice.Cuda device) implements WithMemory {

    /**
     * Flash, memory-efficient and plain attention, as bits of ONNX Runtime's {@code
     * AttentionBackend}. Where cuDNN is installed it would be taken for some passes, so answers
     * would depend on what else a machine has.
     */
    private static final int ATTENTION_WITHOUT_CUDNN = 1 | 2 | 16;

    @Override
    public void configure(SessionOptions options) throws OrtException {
      try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(gpu.number())) {
        provider.add("gpu_mem_limit", Long.toString(arenaBytes()));
        // By default the arena doubles what it takes, beyond what has been counted.
        provider.add("arena_extend_strategy", "kSameAsRequested");
        provider.add("sdpa_kernel", Integer.toString(ATTENTION_WITHOUT_CUDNN));
        DecodeAttention.prepare(gpu.number());
        options.addCUDA(provider);
      }
    }

    @Override
    public MemoryPlace memory() {
      return cuda.memory(gpu.number());
    }

    /** Bytes that the engine may take of what was free. */
    long budget() {
      return device.budget(gpu.freeBytes());
    }

    /** What is left for ONNX Runtime's arena: weights, keys and values, workspace. */
    private long arenaBytes() {
      return Math.max(1, budget() - MemoryNeed.CUDA_LIBRARIES);
    }
  }
}
