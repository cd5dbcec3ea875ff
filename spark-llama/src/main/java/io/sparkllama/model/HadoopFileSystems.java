package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Opens file systems that the Hadoop client reaches. */
public final class HadoopFileSystems {

  private HadoopFileSystems() {}

  /**
   * The file system of a URI, shared with others in this process that ask for the same.
   *
   * @param settings over those of the Hadoop client's own files
   * @throws ModelException when it cannot be reached
   */
  public static FileSystem open(URI uri, Map<String, String> settings) {
    try {
      Configuration configuration = new Configuration();
      settings.forEach(configuration::set);
      return FileSystem.get(uri, configuration);
    } catch (IOException e) {
      throw new ModelException(
          "Cannot reach %s: %s. Check the address, the credentials and that the connector of %s"
              .formatted(uri, e.getMessage(), "this file system is on the class path."),
          e);
    }
  }

  /** Every file below a folder, in no order. */
  public static List<FileStatus> filesBelow(FileSystem files, Path root) throws IOException {
    List<FileStatus> below = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = files.listFiles(root, true);
    while (found.hasNext()) {
      below.add(found.next());
    }
    return below;
  }

  /** Path of a file inside a folder, with {@code /}. */
  public static String pathIn(Path root, FileStatus file) {
    return root.toUri().relativize(file.getPath().toUri()).getPath();
  }
}
