package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.HadoopFileSystems;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ManifestJson;
import io.sparkllama.model.ModelPackages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder on a file system that the Hadoop client reaches. */
final class HadoopFolder implements PackageSource, PackageTarget {

  private final FileSystem files;
  private final Path root;

  private HadoopFolder(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  static HadoopFolder open(URI uri, Map<String, String> hadoop) {
    FileSystem files = HadoopFileSystems.open(uri, hadoop);
    return new HadoopFolder(files, files.makeQualified(new Path(uri)));
  }

  /** With the hashes of the package's manifest, where it has one. */
  @Override
  public List<PackageFile> files() {
    Map<String, Long> sizes = sizes();
    if (sizes.isEmpty()) {
      throw new ModelException(
          "Cannot pull %s: found no files, expected a package. Check the address.".formatted(root));
    }
    if (sizes.containsKey(ModelPackages.INCOMPLETE)) {
      throw new ModelException(
          "Cannot pull %s: found %s there, expected a whole package. Wait until it is pushed, or push it again if that was interrupted."
              .formatted(root, ModelPackages.INCOMPLETE));
    }
    Map<String, Checksum> known = sizes.containsKey(Manifest.FILE_NAME) ? hashes() : Map.of();
    return sizes.entrySet().stream()
        .map(
            entry ->
                new PackageFile(
                    entry.getKey(),
                    entry.getValue(),
                    Optional.ofNullable(known.get(entry.getKey()))))
        .sorted(Comparator.comparing(PackageFile::path))
        .toList();
  }

  /** Bytes by path inside the folder; empty when it is not there. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new HashMap<>();
    try {
      for (FileStatus file : HadoopFileSystems.filesBelow(files, root)) {
        sizes.put(HadoopFileSystems.pathIn(root, file), file.getLen());
      }
      return sizes;
    } catch (FileNotFoundException e) {
      return Map.of();
    } catch (IOException e) {
      throw TransferFailure.of("list", root, e);
    }
  }

  private Map<String, Checksum> hashes() {
    Path path = new Path(root, Manifest.FILE_NAME);
    try (InputStream input = files.open(path)) {
      Map<String, Checksum> hashes = new HashMap<>();
      for (Manifest.FileEntry entry :
          ManifestJson.parse(input.readAllBytes(), path.toString()).files()) {
        hashes.put(entry.path(), Checksum.sha256(entry.sha256()));
      }
      return hashes;
    } catch (IOException e) {
      throw TransferFailure.of("read", path, e);
    }
  }

  @Override
  public InputStream open(PackageFile file, long from) throws IOException {
    FSDataInputStream input = files.open(new Path(root, file.path()));
    try {
      input.seek(from);
      return input;
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  @Override
  public TransferReport push(
      List<PushedFile> pushed, Publication publication, TransferListener progress) {
    long moved = new HadoopPush(files, root, sizes(), pushed, progress).run();
    return new TransferReport(root.toString(), pushed.size(), PushedFile.bytes(pushed), moved);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
