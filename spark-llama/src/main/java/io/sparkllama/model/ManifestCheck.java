package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Compares a package's files with the sizes and hashes in its manifest. */
final class ManifestCheck {

  private ManifestCheck() {}

  /**
   * @param used files that the model consists of; each must be in the manifest
   */
  static void run(PackageFolder folder, Manifest manifest, Set<Path> used, FileHashes hashes) {
    Set<Path> unlisted = new HashSet<>(used);
    for (Manifest.FileEntry entry : manifest.files()) {
      Path file = folder.file(entry.path());
      requireSize(file, entry.size());
      unlisted.remove(file);
    }
    if (!unlisted.isEmpty()) {
      throw new ModelException(
          "Invalid %s: it does not list %s. Convert the model again."
              .formatted(folder.root().resolve(Manifest.FILE_NAME), unlisted.iterator().next()));
    }
    for (Manifest.FileEntry entry : manifest.files()) {
      requireHash(folder.file(entry.path()), entry.sha256(), hashes);
    }
  }

  private static void requireSize(Path file, long expected) {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new ModelException("Cannot read %s: %s. Check its rights.".formatted(file, e), e);
    }
    if (size != expected) {
      throw changed(file, size + " bytes", expected + " bytes");
    }
  }

  private static void requireHash(Path file, String expected, FileHashes hashes) {
    String hash = hashes.of(file);
    if (!hash.equals(expected)) {
      throw changed(file, "SHA-256 " + hash, expected);
    }
  }

  private static ModelException changed(Path file, String found, String expected) {
    return new ModelException(
        "Invalid %s: it has %s, expected %s by %s. Copy the file again or convert the model again."
            .formatted(file, found, expected, Manifest.FILE_NAME));
  }
}
