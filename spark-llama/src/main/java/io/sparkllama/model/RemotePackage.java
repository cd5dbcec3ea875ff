package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A model package on another file system.
 *
 * <p>Its identity is the manifest's content, which holds the hashes of all files; without a
 * manifest, the names, sizes and times of the files.
 */
final class RemotePackage {

  private static final int BLOCK = 1 << 20;

  private final RemoteFolder folder;
  private final List<RemoteFolder.Entry> entries;

  RemotePackage(RemoteFolder folder) {
    this.folder = folder;
    this.entries = folder.entries();
    if (entries.isEmpty()) {
      throw new ModelException(
          "Cannot open model %s: the folder is empty. Name the folder that holds the model's files."
              .formatted(folder));
    }
    if (entries.stream().anyMatch(entry -> entry.path().equals(ModelPackages.INCOMPLETE))) {
      throw ModelPackages.incomplete(folder);
    }
  }

  /** Changes whenever the content does. */
  String identity() {
    if (entries.stream().noneMatch(entry -> entry.path().equals(Manifest.FILE_NAME))) {
      return Sha256.of(folder + " " + entries);
    }
    try (InputStream manifest = folder.read(Manifest.FILE_NAME)) {
      return Sha256.of(folder + " " + HexFormat.of().formatHex(manifest.readAllBytes()));
    } catch (IOException e) {
      throw failed(Manifest.FILE_NAME, e.toString(), e);
    }
  }

  long size() {
    return entries.stream().mapToLong(RemoteFolder.Entry::size).sum();
  }

  /** Copies all files to an empty local folder and onto its disk. */
  void copyTo(Path target) {
    for (RemoteFolder.Entry entry : entries) {
      Path file = target.resolve(entry.path()).normalize();
      if (!file.startsWith(target)) {
        throw failed(entry.path(), "its name leaves the folder", null);
      }
      try {
        Files.createDirectories(file.getParent());
        copy(entry, file);
      } catch (IOException e) {
        throw failed(entry.path(), e.toString(), e);
      }
    }
    verify(target);
  }

  private void copy(RemoteFolder.Entry entry, Path file) throws IOException {
    try (InputStream input = folder.read(entry.path());
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream output = Channels.newOutputStream(channel)) {
      byte[] block = new byte[BLOCK];
      for (int n = input.read(block); n >= 0; n = input.read(block)) {
        output.write(block, 0, n);
      }
      channel.force(true);
      if (channel.size() != entry.size()) {
        String found = "it has %d bytes, expected %d".formatted(channel.size(), entry.size());
        throw failed(entry.path(), found, null);
      }
    }
  }

  /** A copy that a network or disk has damaged is found before anybody sees it. */
  private void verify(Path target) {
    Path manifest = target.resolve(Manifest.FILE_NAME);
    if (Files.exists(manifest)) {
      try {
        ManifestCheck.run(
            PackageFolder.of(target),
            ManifestJson.read(manifest),
            Set.of(),
            new FileHashes(target));
      } catch (ModelException e) {
        throw new ModelException(
            "Failed to copy model %s: %s".formatted(folder, e.getMessage()), e);
      }
    }
  }

  private ModelException failed(String path, String what, IOException cause) {
    return new ModelException(
        "Failed to copy %s of model %s: %s. Try again when the source does not change and is %s"
            .formatted(path, folder, what, "within reach."),
        cause);
  }
}
