package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Gets one file; what an earlier attempt or process has got of it is kept. */
final class Download {

  private static final int BLOCK = 1 << 20;
  private static final String PART = ".part";

  private final PackageSource source;
  private final PackageFile file;
  private final Path target;
  private final Path part;
  private final Retries retries;
  private final LongConsumer progress;
  private long moved;

  /**
   * @param target where the file gets its name when it is whole
   * @param progress hears the bytes that are there
   */
  Download(
      PackageSource source, PackageFile file, Path target, Retries retries, LongConsumer progress) {
    this.source = source;
    this.file = file;
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + PART);
    this.retries = retries;
    this.progress = progress;
  }

  /** Returns the bytes that went over the network. */
  long run() throws IOException {
    if (!whole(target)) {
      Files.createDirectories(target.getParent());
      Files.deleteIfExists(target);
      if (file.checksum().isEmpty()) {
        // Nothing would tell whether two halves belong together.
        Files.deleteIfExists(part);
      }
      fetch();
      if (!whole(part)) {
        // Two versions may have met in it.
        Files.delete(part);
        fetch();
        requireWhole();
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }
    progress.accept(file.size());
    return moved;
  }

  private boolean whole(Path local) throws IOException {
    return size(local) == file.size()
        && Files.exists(local)
        && (file.checksum().isPresent()
            ? file.checksum().get().equals(file.checksum().get().of(local))
            : local == part);
  }

  private void requireWhole() throws IOException {
    if (!whole(part)) {
      String found =
          size(part) == file.size()
              ? file.checksum().get().of(part).toString()
              : "%,d bytes".formatted(size(part));
      Files.delete(part);
      throw new ModelException(
          "Failed to get %s from %s: found %s, expected %s, twice. The place may be damaged: publish the package again."
              .formatted(file.path(), source, found, expected()));
    }
  }

  private String expected() {
    return file.checksum()
        .map(checksum -> checksum + " over %,d bytes".formatted(file.size()))
        .orElse("%,d bytes".formatted(file.size()));
  }

  private void fetch() {
    retries.run(
        "get %s from %s".formatted(file.path(), source),
        () -> {
          append();
          return null;
        },
        () -> size(part));
  }

  private void append() throws IOException {
    if (size(part) > file.size()) {
      Files.delete(part);
    }
    long at = size(part);
    if (at == file.size() && Files.exists(part)) {
      return;
    }
    try (InputStream input = source.open(file, at);
        OutputStream output =
            Files.newOutputStream(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND)) {
      byte[] block = new byte[BLOCK];
      for (int n = input.read(block); n >= 0; n = input.read(block)) {
        output.write(block, 0, n);
        moved += n;
        at += n;
        progress.accept(Math.min(at, file.size()));
      }
    }
    if (at < file.size()) {
      throw new IOException("the content ended after %,d of %,d bytes".formatted(at, file.size()));
    }
  }

  private static long size(Path local) throws IOException {
    return Files.exists(local) ? Files.size(local) : 0;
  }
}
