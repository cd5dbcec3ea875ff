package io.sparkllama.convert;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that appears under its name only when it is complete. Until then it has another name
 * beside it, and goes away with a failure or with the process.
 */
public final class NewFolder implements AutoCloseable {

  private final Path target;
  private final Path partial;
  private final Thread cleanup = new Thread(this::remove, "spark-llama-remove-partial");
  private boolean published;

  private NewFolder(Path target, Path partial) {
    this.target = target;
    this.partial = partial;
  }

  /**
   * Begins a folder.
   *
   * @param target its name; must not exist, or be empty
   * @throws ConversionException when there is something already, or nothing can be written
   */
  public static NewFolder create(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    requireAbsent(absolute);
    try {
      Files.createDirectories(absolute.getParent());
      Path partial =
          Files.createTempDirectory(
              absolute.getParent(), "." + absolute.getFileName() + ".partial");
      NewFolder folder = new NewFolder(absolute, partial);
      Runtime.getRuntime().addShutdownHook(folder.cleanup);
      return folder;
    } catch (IOException e) {
      throw failed(absolute, e);
    }
  }

  private static void requireAbsent(Path target) {
    try (Stream<Path> entries = Files.exists(target) ? Files.list(target) : Stream.empty()) {
      if (entries.findAny().isPresent()) {
        throw new ConversionException(
            "Cannot write to %s: found a folder that is not empty, expected none. Name another folder or remove it."
                .formatted(target));
      }
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Where the files lie until they are complete. */
  public Path root() {
    return partial;
  }

  /** Where a file of that name is to be written. */
  public Path file(String name) {
    return partial.resolve(name);
  }

  /** Path inside the folder, with {@code /}. */
  String nameOf(Path file) {
    return partial.relativize(file).toString().replace('\\', '/');
  }

  /** All files, also those of folders inside. */
  List<Path> files() {
    try (Stream<Path> entries = Files.walk(partial)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw failed(partial, e);
    }
  }

  /** Hands the files to the disk and gives the folder its name. */
  public void publish() {
    try {
      for (Path file : files()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
      Files.deleteIfExists(target);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      published = true;
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  @Override
  public void close() {
    if (!published) {
      remove();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does what is left.
      published = false;
    }
  }

  private void remove() {
    try (Stream<Path> entries = Files.exists(partial) ? Files.walk(partial) : Stream.empty()) {
      entries.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw failed(partial, e);
    }
  }

  /** What to throw when a file of it cannot be written. */
  public ConversionException failed(IOException e) {
    return failed(target, e);
  }

  private static ConversionException failed(Path path, IOException e) {
    return new ConversionException(
        "Cannot write %s: %s. Check the folder's rights and the free space.".formatted(path, e), e);
  }
}
