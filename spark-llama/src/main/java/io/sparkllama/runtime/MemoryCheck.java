package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Refuses an engine that cannot fit, before anything is allocated. */
final class MemoryCheck {

  private MemoryCheck() {}

  static void require(ModelPackage source, DecoderOptions options) {
    long weights = weights(source);
    long cache = KvCache.bytes(source.architecture(), options.slots(), options.capacity());
    OptionalLong available = ProcessMemory.available();
    if (available.isPresent() && weights + cache > available.getAsLong()) {
      throw new EngineException(
          "Cannot fit the model: weights take %,d MiB and the KV cache of %d slots of %d tokens"
                  .formatted(weights >> 20, options.slots(), options.capacity())
              + " %,d MiB, found %,d MiB of memory."
                  .formatted(cache >> 20, available.getAsLong() >> 20)
              + " Use fewer slots, a smaller capacity, or give the process more memory"
              + " (spark.executor.memoryOverhead).");
    }
  }

  private static long weights(ModelPackage source) {
    try (Stream<Path> files = Files.list(source.graph().getParent())) {
      String graph = source.graph().getFileName().toString();
      return files
          .filter(file -> file.getFileName().toString().startsWith(graph))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new EngineException("Cannot list the files beside " + source.graph() + ".", e);
    }
  }
}
