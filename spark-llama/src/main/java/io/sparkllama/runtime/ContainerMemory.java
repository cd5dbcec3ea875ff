package io.sparkllama.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final Path GROUPS = Path.of("/proc/self/cgroup");

  /** The groups that this process is in, whose limits all hold. */
  static List<ContainerMemory> ofThisProcess() {
    return read(GROUPS, ROOT);
  }

  /**
   * @param groups file with a line {@code number:controllers:path} for each hierarchy; version 2
   *     has no controllers there
   * @param root where the hierarchies are mounted; a container may see its own group as the root
   */
  static List<ContainerMemory> read(Path groups, Path root) {
    List<ContainerMemory> found = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(groups)) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && parts[1].isEmpty()) {
          above(root, parts[2]).forEach(folder -> found.add(version2(folder)));
        } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
          above(root.resolve("memory"), parts[2]).forEach(folder -> found.add(version1(folder)));
        }
      }
    } catch (IOException e) {
      // Not Linux, or no such interface: there is no limit to find.
    }
    return found;
  }

  /** A group's folder and those around it. */
  private static List<Path> above(Path root, String group) {
    List<Path> folders = new ArrayList<>(List.of(root));
    for (Path part : Path.of("/", group)) {
      folders.add(folders.get(folders.size() - 1).resolve(part));
    }
    return folders;
  }

  private static ContainerMemory version2(Path folder) {
    return new ContainerMemory(
        folder.resolve("memory.max"),
        folder.resolve("memory.current"),
        folder.resolve("memory.stat"),
        "inactive_file ");
  }

  private static ContainerMemory version1(Path folder) {
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
