package io.sparkllama.jobs.pipeline.state;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.classic.SparkSession;

/**
 * The folder of what pipelines remember: tables that several may share, and a folder of each.
 *
 * @param root path or URI
 * @param pipeline name
 * @param hadoop how to reach it
 */
public record StateFolder(String root, String pipeline, Configuration hadoop) {

  /** The folder that a pipeline names. */
  public static StateFolder of(SparkSession session, Pipeline pipeline) {
    return new StateFolder(
        pipeline.state(), pipeline.name(), session.sessionState().newHadoopConf());
  }

  /** Delta table of answers by content; see {@link Results}. */
  public String results() {
    return root + "/results";
  }

  /** Delta table of rows that could not be answered; see {@link Quarantine}. */
  public String quarantine() {
    return root + "/quarantine";
  }

  /** Delta table with a row for each run; see {@link Runs}. */
  public String runs() {
    return root + "/runs";
  }

  /** Pages about runs, each by the id of its run. */
  public String reports() {
    return root + "/reports";
  }

  /** Files of answers that no table has yet; see {@link Journal}. */
  public String journal() {
    return own() + "/journal";
  }

  /** File of the run that goes on; see {@link RunLock}. */
  public String lock() {
    return own() + "/lock";
  }

  /** Rows of the run that goes on. */
  public String work() {
    return own() + "/work";
  }

  /** Checkpoint of a stream. */
  public String checkpoint() {
    return own() + "/checkpoint";
  }

  private String own() {
    return root + "/" + pipeline;
  }

  /** Copies a folder. */
  public void copy(String from, String to) {
    try {
      FileSystem files = files(new Path(from));
      FileUtil.copy(files, new Path(from), files, new Path(to), false, hadoop);
    } catch (IOException e) {
      throw new JobException(
          "Cannot copy %s to %s: %s. Check the rights of the state folder.".formatted(from, to, e),
          e);
    }
  }

  /** Writes a small file in place of another. */
  public void write(String path, String content) {
    Path there = new Path(path);
    try (OutputStream out = files(there).create(there, true)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new JobException(
          "Cannot write %s: %s. Check the rights of the state folder.".formatted(path, e), e);
    }
  }

  public void delete(String path) {
    try {
      Path there = new Path(path);
      files(there).delete(there, true);
    } catch (IOException e) {
      throw new JobException(
          "Cannot remove %s: %s. Check the rights of the state folder.".formatted(path, e), e);
    }
  }

  /** Removes a folder of this pipeline, and the folders around it, as far as nothing is in them. */
  public void deleteIfEmpty(String path) {
    try {
      Path there = new Path(path);
      FileSystem files = files(there);
      while (there.toString().startsWith(new Path(root).toString())
          && files.exists(there)
          && files.listStatus(there).length == 0
          && files.delete(there, false)) {
        there = there.getParent();
      }
    } catch (IOException e) {
      throw new JobException(
          "Cannot remove %s: %s. Check the rights of the state folder.".formatted(path, e), e);
    }
  }

  public boolean exists(String path) {
    try {
      Path there = new Path(path);
      return files(there).exists(there);
    } catch (IOException e) {
      throw new JobException("Cannot reach %s: %s. Check the path.".formatted(path, e), e);
    }
  }

  FileSystem files(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }
}
