package io.sparkllama.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Files that say what a command is to do. */
final class TextFile {

  private TextFile() {}

  /** A path of this machine, or a URI, as a URI. */
  static String uri(String file) {
    return file.contains("://") ? file : java.nio.file.Path.of(file).toUri().toString();
  }

  /**
   * @param kind of the file, for messages
   */
  static String read(String kind, String file) {
    Path path = new Path(uri(file));
    try (FSDataInputStream in = path.getFileSystem(new Configuration()).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new JobException(
          "Cannot read the %s file %s: %s. Check the path.".formatted(kind, file, e), e);
    }
  }
}
