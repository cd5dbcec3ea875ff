package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.util.OptionalLong;

/** Refuses an engine that cannot fit, before anything is allocated. */
final class MemoryCheck {

  private MemoryCheck() {}

  static void require(MemoryNeed need, DecoderOptions options, OptionalLong available) {
    if (available.isEmpty() || need.total() <= available.getAsLong()) {
      return;
    }
    throw new EngineException(
        "Cannot fit the model%s: it needs %,d MiB (weights %,d, %d slots of %d tokens %,d, workspace %,d, %s %,d), found %,d MiB. %s"
            .formatted(
                onGpu(options) ? " on " + options.device().label() : "",
                mebibytes(need.total()),
                mebibytes(need.weights()),
                options.slots(),
                options.capacity(),
                mebibytes(need.cache()),
                mebibytes(need.workspace()),
                onGpu(options) ? "CUDA's libraries" : "JVM and libraries",
                mebibytes(need.libraries()),
                mebibytes(available.getAsLong()),
                remedy(need, options, available.getAsLong())));
  }

  private static String remedy(MemoryNeed need, DecoderOptions options, long available) {
    long left = available - (need.total() - need.cache());
    long slots = Math.max(0, left) / (need.cache() / options.slots());
    String more =
        onGpu(options)
            ? "leave the engine more of the GPU's memory (nvidia-smi lists other processes;"
                + " spark.llama.gpu.memoryFraction, --gpu-memory-fraction)"
            : "give the process more memory (spark.executor.memoryOverhead=%dm)"
                .formatted(mebibytes(need.total()));
    return slots > 0
        ? "Use %d slots, a smaller capacity, or %s.".formatted(slots, more)
        : "Use a smaller capacity or another precision, or %s.".formatted(more);
  }

  private static boolean onGpu(DecoderOptions options) {
    return options.device() instanceof ComputeDevice.Cuda;
  }

  /** Rounded up: what is too small by a little does not fit either. */
  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
