package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies of remote packages on this machine; each package is copied once, whatever the number of
 * threads and processes that ask for it.
 *
 * <p>A copy is made under another name and gets its own in one step, so that a half copy is never
 * taken for a whole one.
 */
final class NodeCache {

  private final Path folder;

  NodeCache(Path folder) {
    this.folder = folder;
  }

  /** The local copy of a remote package. */
  Path copyOf(URI uri, RemotePackage remote) {
    Path copy = folder.resolve(name(uri, remote.identity()));
    if (Files.isDirectory(copy)) {
      return copy;
    }
    try {
      create();
      NodeLock lock = NodeLock.acquire(sibling(copy, ".lock"));
      try {
        // Another may have made it while this one waited.
        if (!Files.isDirectory(copy)) {
          requireSpace(remote);
          publish(remote, copy);
        }
      } finally {
        lock.close();
      }
      return copy;
    } catch (IOException e) {
      throw new ModelException(
          "Cannot keep a copy of model %s in %s: %s. Check the folder's rights or set %s to another."
              .formatted(uri, folder, e, CacheSettings.FOLDER_VARIABLE),
          e);
    }
  }

  /** Others must not be able to put a model there; a folder that is there already is left as is. */
  private void create() throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  /** A readable name and enough of the hash to tell versions apart. */
  private static String name(URI uri, String identity) {
    String last = Path.of("/" + uri.getPath()).getFileName() + "";
    return last.replaceAll("[^A-Za-z0-9._-]", "_") + "-" + identity.substring(0, 32);
  }

  private static void publish(RemotePackage remote, Path copy) throws IOException {
    Path part = sibling(copy, ".part");
    delete(part);
    Files.createDirectory(part);
    try {
      remote.copyTo(part);
      Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
      sync(copy.getParent());
    } finally {
      delete(part);
    }
  }

  private void requireSpace(RemotePackage remote) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < remote.size()) {
      throw new ModelException(
          "Cannot copy the model to %s: it has %,d bytes, %,d are free. %s"
              .formatted(
                  folder,
                  remote.size(),
                  free,
                  "Free some space or set %s to another folder."
                      .formatted(CacheSettings.FOLDER_VARIABLE)));
    }
  }

  private static Path sibling(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  /** Puts a folder's new names onto the disk; not every system lets a folder be opened for that. */
  private static void sync(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The files themselves are on the disk; a lost name means one more copy.
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> below = Files.walk(path)) {
      List<Path> deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    }
  }
}
