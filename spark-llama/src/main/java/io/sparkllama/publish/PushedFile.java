package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that goes from this machine.
 *
 * @param path inside the package, with {@code /}
 * @param size bytes
 * @param sha256 SHA-256 in lower-case hex
 * @param content opens it, as often as is needed
 */
record PushedFile(String path, long size, String sha256, Content content) {

  /** Opens a file's content. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  static PushedFile of(String path, byte[] bytes) {
    return new PushedFile(
        path, bytes.length, Sha256.of(bytes), () -> new ByteArrayInputStream(bytes));
  }

  /** All files of a folder but hidden ones, in the order of their paths. */
  static List<PushedFile> allOf(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      return below
          .filter(Files::isRegularFile)
          .filter(file -> !hidden(folder.relativize(file)))
          .sorted()
          .map(file -> of(folder, file))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException(
          "Cannot read the package %s: %s. Check its rights.".formatted(folder, e), e);
    }
  }

  private static boolean hidden(Path relative) {
    return relative.toString().equals(ModelPackages.INCOMPLETE)
        || Stream.iterate(relative, path -> path != null, Path::getParent)
            .anyMatch(path -> path.getFileName().toString().startsWith("."));
  }

  private static PushedFile of(Path folder, Path file) {
    try {
      return new PushedFile(
          folder.relativize(file).toString().replace('\\', '/'),
          Files.size(file),
          Sha256.of(file),
          () -> Files.newInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long bytes(List<PushedFile> files) {
    return files.stream().mapToLong(PushedFile::size).sum();
  }
}
