package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Refuses an engine that cannot fit, before anything is allocated. */
final class MemoryCheck {

  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  private MemoryCheck() {}

  static void require(ModelPackage source, DecoderOptions options) {
    long weights = weights(source);
    long cache = KvCache.bytes(source.architecture(), options.slots(), options.capacity());
    OptionalLong available = available();
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

  /** The smaller of what the machine has free and what the container may use; Linux tells. */
  private static OptionalLong available() {
    return Stream.concat(machine().stream().boxed(), LIMITS.stream().flatMap(MemoryCheck::limit))
        .mapToLong(Long::longValue)
        .min();
  }

  private static OptionalLong machine() {
    try (Stream<String> lines = Files.lines(MEMORY_INFO)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static Stream<Long> limit(Path file) {
    try {
      String value = Files.readString(file).strip();
      return value.chars().allMatch(Character::isDigit)
          ? Stream.of(Long.parseLong(value))
          : Stream.empty();
    } catch (IOException | NumberFormatException e) {
      return Stream.empty();
    }
  }
}
