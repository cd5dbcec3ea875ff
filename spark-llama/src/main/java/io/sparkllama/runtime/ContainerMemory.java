package io.sparkllama.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the kernel's control group tells of a container's memory.
 *
 * @param limit file with the most bytes, or a word for none
 * @param usage file with the bytes in use, cached files included
 * @param statistics file with a line for each kind of use
 * @param reclaimable name of the line for files that leave memory when it gets scarce
 */
record ContainerMemory(Path limit, Path usage, Path statistics, String reclaimable) {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  /** Where the two versions of the kernel's interface put these files. */
  static final List<ContainerMemory> LAYOUTS = List.of(version2(ROOT), version1(ROOT));

  static ContainerMemory version2(Path root) {
    return new ContainerMemory(
        root.resolve("memory.max"),
        root.resolve("memory.current"),
        root.resolve("memory.stat"),
        "inactive_file ");
  }

  static ContainerMemory version1(Path root) {
    Path folder = root.resolve("memory");
    return new ContainerMemory(
        folder.resolve("memory.limit_in_bytes"),
        folder.resolve("memory.usage_in_bytes"),
        folder.resolve("memory.stat"),
        "total_inactive_file ");
  }

  /** Bytes up to the limit; none where there is no limit or no such interface. */
  OptionalLong left() {
    OptionalLong most = first(limit, "");
    if (most.isEmpty()) {
      return most;
    }
    long used = first(usage, "").orElse(0) - first(statistics, reclaimable).orElse(0);
    return OptionalLong.of(Math.max(0, most.getAsLong() - used));
  }

  private static OptionalLong first(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip())
          .filter(value -> value.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
