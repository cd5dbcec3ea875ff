package io.sparkllama.model;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** SHA-256 of a package's files; each file is read once. */
final class FileHashes {

  private final Path root;
  private final Map<Path, String> known = new HashMap<>();

  FileHashes(Path root) {
    this.root = root;
  }

  String of(Path file) {
    return known.computeIfAbsent(file, Sha256::of);
  }

  /** One hash over the names and hashes of files, whatever their order. */
  String identity(Iterable<Path> files) {
    SortedMap<String, String> lines = new TreeMap<>();
    for (Path file : files) {
      lines.put(root.relativize(file).toString().replace('\\', '/'), of(file));
    }
    StringBuilder text = new StringBuilder();
    lines.forEach((name, hash) -> text.append(hash).append("  ").append(name).append('\n'));
    return Sha256.of(text.toString());
  }
}
