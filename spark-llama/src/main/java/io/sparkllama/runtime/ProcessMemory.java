package io.sparkllama.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Linux tells of this process's memory; other systems tell nothing. */
public final class ProcessMemory {

  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  private ProcessMemory() {}

  /** Bytes that it can still take: what the machine has free, or less in a container. */
  public static OptionalLong available() {
    return Stream.concat(
            field(MACHINE, "MemAvailable:").stream().boxed(),
            LIMITS.stream().flatMap(ProcessMemory::limit))
        .mapToLong(Long::longValue)
        .min();
  }

  /** The most bytes that it has had, mapped files included. */
  public static OptionalLong peak() {
    return field(PROCESS, "VmHWM:");
  }

  /** A line of a file in which sizes are given in KiB. */
  private static OptionalLong field(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
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
