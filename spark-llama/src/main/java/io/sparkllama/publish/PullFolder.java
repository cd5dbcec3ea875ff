package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.NodeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a package is put together: beside the target, under a name that a later run finds again.
 */
final class PullFolder implements AutoCloseable {

  private final Path target;
  private final Path pulling;
  private final NodeLock lock;

  private PullFolder(Path target, Path pulling, NodeLock lock) {
    this.target = target;
    this.pulling = pulling;
    this.lock = lock;
  }

  /** Waits for another process that pulls to the same target. */
  static PullFolder lock(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Files.createDirectories(absolute.getParent());
    String name = "." + absolute.getFileName() + ".pulling";
    Path pulling = absolute.resolveSibling(name);
    return new PullFolder(absolute, pulling, NodeLock.acquire(lockFile(pulling)));
  }

  /**
   * Whether the target is there already.
   *
   * @throws ModelException when it is something else
   */
  boolean holds(List<PackageFile> files) throws IOException {
    if (!Files.exists(target) || (Files.isDirectory(target) && paths(target).isEmpty())) {
      return false;
    }
    if (!Files.isDirectory(target) || !paths(target).equals(names(files)) || !same(files)) {
      throw new ModelException(
          "Cannot pull to %s: found something else there, expected nothing or this package. Name another folder or remove it."
              .formatted(target));
    }
    return true;
  }

  private boolean same(List<PackageFile> files) throws IOException {
    for (PackageFile file : files) {
      Path local = target.resolve(file.path());
      if (Files.size(local) != file.size()) {
        return false;
      }
      if (file.checksum().isPresent()
          && !file.checksum().get().equals(file.checksum().get().of(local))) {
        return false;
      }
    }
    return true;
  }

  /** Where a file goes until all are there. */
  Path file(String path) {
    Path file = pulling.resolve(path).normalize();
    if (!file.startsWith(pulling) || file.equals(pulling)) {
      throw new ModelException(
          "Cannot pull %s: found the file name %s, which leaves the folder, expected names inside. Take the model from a source that you trust."
              .formatted(target, path));
    }
    return file;
  }

  void requireSpace(List<PackageFile> files) throws IOException {
    Files.createDirectories(pulling);
    long needed = 0;
    for (PackageFile file : files) {
      Path local = file(file.path());
      needed += Files.exists(local) ? 0 : file.size();
    }
    long free = Files.getFileStore(pulling).getUsableSpace();
    if (needed > free) {
      throw new ModelException(
          "Cannot pull to %s: it takes %,d bytes, %,d are free. Free some space or name a folder on another disk."
              .formatted(target, needed, free));
    }
  }

  /** Gives the folder its name; what an earlier run got of another version goes. */
  void publish(List<PackageFile> files) throws IOException {
    Set<String> wanted = names(files);
    for (String path : paths(pulling)) {
      if (!wanted.contains(path)) {
        Files.delete(pulling.resolve(path));
      }
    }
    Files.deleteIfExists(target);
    Files.move(pulling, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Set<String> names(List<PackageFile> files) {
    Set<String> names = new HashSet<>();
    files.forEach(file -> names.add(file.path()));
    return names;
  }

  private static Set<String> paths(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      Set<String> paths = new HashSet<>();
      below
          .filter(Files::isRegularFile)
          .forEach(file -> paths.add(folder.relativize(file).toString().replace('\\', '/')));
      return paths;
    }
  }

  /** Once the target is there, nobody needs the lock: whoever has waited for it only looks. */
  @Override
  public void close() throws IOException {
    if (Files.exists(target)) {
      Files.deleteIfExists(lockFile(pulling));
    }
    lock.close();
  }

  private static Path lockFile(Path pulling) {
    return pulling.resolveSibling(pulling.getFileName() + ".lock");
  }
}
