package io.sparkllama.cli;

import io.sparkllama.errors.RequestException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Takes answers line by line; a file gets its name only when it is complete.
 *
 * <p>Closing without {@link #commit} leaves nothing behind.
 */
final class LineOutput implements AutoCloseable {

  private final Writer writer;
  private final Optional<Path> target;
  private final Optional<Path> part;

  private LineOutput(Writer writer, Optional<Path> target, Optional<Path> part) {
    this.writer = writer;
    this.target = target;
    this.part = part;
  }

  static LineOutput open(Optional<Path> file) {
    if (file.isEmpty()) {
      return new LineOutput(
          new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
          file,
          Optional.empty());
    }
    Path target = file.get();
    // A pipe or a device cannot be renamed onto.
    boolean named = !Files.exists(target) || Files.isRegularFile(target);
    Path part =
        target.resolveSibling(target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    // Goes away with an interrupted run; once it has its name, there is nothing to delete.
    part.toFile().deleteOnExit();
    try {
      return new LineOutput(
          Files.newBufferedWriter(named ? part : target),
          file,
          named ? Optional.of(part) : Optional.empty());
    } catch (IOException e) {
      throw unwritable(target.toString(), e);
    }
  }

  /** Writes a line so that a reader at the other end sees it at once. */
  void write(String line) {
    try {
      writer.write(line);
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw unwritable(name(), e);
    }
    // System.out keeps failures to itself.
    if (target.isEmpty() && System.out.checkError()) {
      throw new RequestException(
          "Cannot write to standard output: its reader has gone. Use --output FILE to keep all.");
    }
  }

  /** All lines are written: gives the file its name. */
  void commit() {
    try {
      writer.flush();
      if (part.isPresent()) {
        writer.close();
        Files.move(part.get(), target.orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw unwritable(name(), e);
    }
  }

  @Override
  public void close() {
    try {
      if (target.isPresent()) {
        writer.close();
      }
      if (part.isPresent()) {
        Files.deleteIfExists(part.get());
      }
    } catch (IOException e) {
      throw unwritable(name(), e);
    }
  }

  private String name() {
    return target.map(Path::toString).orElse("standard output");
  }

  private static RequestException unwritable(String name, IOException e) {
    return new RequestException(
        "Cannot write the output %s: %s. Check the path, its rights and free space."
            .formatted(name, e),
        e);
  }
}
