package io.sparkllama.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Linux tells of this process's memory; other systems tell nothing. */
public final class ProcessMemory {

  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path PROCESS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /**
   * Bytes that native code can still take: what the machine has free, or less in a container, whose
   * limit counts the heap that the process may still grow to.
   */
  public static OptionalLong available() {
    Runtime java = Runtime.getRuntime();
    long heapGrowth = java.maxMemory() - java.totalMemory();
    return Stream.concat(
            field(MACHINE, "MemAvailable:").stream().boxed(),
            ContainerMemory.ofThisProcess().stream()
                .flatMap(group -> group.left().stream().boxed())
                .map(left -> Math.max(0, left - heapGrowth)))
        .mapToLong(Long::longValue)
        .min();
  }

  /**
   * The same with what the process has already of the JVM and of libraries.
   *
   * @param libraries bytes that these need
   */
  static OptionalLong available(long libraries) {
    long loaded = Math.max(0, resident().orElse(0) - Runtime.getRuntime().totalMemory());
    return available().stream().map(free -> free + Math.min(libraries, loaded)).findFirst();
  }

  /** Bytes that it has now, mapped files included. */
  public static OptionalLong resident() {
    return field(PROCESS, "VmRSS:");
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
}
