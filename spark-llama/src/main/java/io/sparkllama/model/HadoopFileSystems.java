package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

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
}
