package io.sparkllama.convert.source;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** On a file system that the Hadoop client knows, with the configuration of its class path. */
record HadoopLocation(FileSystem files, Path path, boolean folder) implements SourceLocation {

  static HadoopLocation of(URI uri) {
    try {
      FileSystem files = FileSystem.get(uri, new Configuration());
      Path path = files.makeQualified(new Path(uri));
      if (!files.exists(path)) {
        throw SourceLocation.absent(path);
      }
      FileStatus status = files.getFileStatus(path);
      return new HadoopLocation(files, path, status.isDirectory());
    } catch (IOException e) {
      throw failed(uri, e);
    }
  }

  @Override
  public String name() {
    return path.getName();
  }

  @Override
  public boolean has(String name) {
    try {
      return files.exists(new Path(path, name));
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  @Override
  public SourceFile open() {
    return open(path);
  }

  @Override
  public SourceFile open(String name) {
    return open(new Path(path, name));
  }

  private SourceFile open(Path file) {
    try {
      return HadoopFile.open(files, file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static ConversionException failed(Object location, IOException e) {
    return new ConversionException(
        "Cannot read %s: %s. Check the address, the credentials and that the connector of this file system is on the class path."
            .formatted(location, e.getMessage()),
        e);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
