package io.sparkllama.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Tells how much memory a process can still take. */
public final class AvailableMemory {

  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  private AvailableMemory() {}

  /** The smaller of what the machine has free and what the container may use; Linux tells. */
  public static OptionalLong bytes() {
    return Stream.concat(
            machine().stream().boxed(), LIMITS.stream().flatMap(AvailableMemory::limit))
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
