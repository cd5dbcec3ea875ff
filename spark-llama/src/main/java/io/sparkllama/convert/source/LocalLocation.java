package io.sparkllama.convert.source;

import java.nio.file.Files;
import java.nio.file.Path;

/** On this machine. */
record LocalLocation(Path path) implements SourceLocation {

  static LocalLocation of(Path path) {
    if (!Files.exists(path)) {
      throw SourceLocation.absent(path);
    }
    return new LocalLocation(path);
  }

  @Override
  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  @Override
  public boolean folder() {
    return Files.isDirectory(path);
  }

  @Override
  public boolean has(String name) {
    return Files.isRegularFile(path.resolve(name));
  }

  @Override
  public SourceFile open() {
    return LocalFile.open(path);
  }

  @Override
  public SourceFile open(String name) {
    return LocalFile.open(path.resolve(name));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
