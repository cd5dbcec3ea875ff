package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder on a file system that the Hadoop client reaches. */
final class RemoteFolder {

  /**
   * @param path path inside the folder, with {@code /}
   * @param size bytes
   * @param modified milliseconds since 1970
   */
  record Entry(String path, long size, long modified) {}

  private final FileSystem files;
  private final Path root;

  private RemoteFolder(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  static RemoteFolder open(URI uri, Map<String, String> hadoop) {
    FileSystem files = HadoopFileSystems.open(uri, hadoop);
    return new RemoteFolder(files, files.makeQualified(new Path(uri)));
  }

  /** Every file below, in the order of their paths. */
  List<Entry> entries() {
    try {
      List<Entry> entries = new ArrayList<>();
      for (FileStatus file : HadoopFileSystems.filesBelow(files, root)) {
        String path = HadoopFileSystems.pathIn(root, file);
        entries.add(new Entry(path, file.getLen(), file.getModificationTime()));
      }
      entries.sort(Comparator.comparing(Entry::path));
      return entries;
    } catch (IOException e) {
      throw new ModelException(
          "Cannot list model %s: %s. Check that the folder is there and may be read."
              .formatted(root, e.getMessage()),
          e);
    }
  }

  InputStream read(String path) throws IOException {
    return files.open(new Path(root, path));
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
