package io.sparkllama.jobs.pipeline.state;

import io.sparkllama.jobs.JobException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a journal: {@code RUN-PARTITION-ATTEMPT-PIECE.jsonl}, with an underscore in front as
 * long as they are written. What has another name is somebody else's and left alone.
 *
 * @param folder of the files
 */
record JournalFiles(String folder, Configuration hadoop) {

  private static final Pattern WHOLE =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\\d{5,}-\\d+-\\d+\\.jsonl");

  static String name(String runId, int partition, long attempt, int piece) {
    return "%s%d-%d.jsonl".formatted(prefix(runId, partition), attempt, piece);
  }

  private static String prefix(String runId, int partition) {
    return "%s-%05d-".formatted(runId, partition);
  }

  FileSystem files() throws IOException {
    return new Path(folder).getFileSystem(hadoop);
  }

  Path path(String name) {
    return new Path(folder, name);
  }

  /** Pieces that are whole. */
  List<String> whole() {
    return names().stream()
        .filter(name -> WHOLE.matcher(name).matches())
        .map(name -> path(name).toString())
        .toList();
  }

  /** Those of earlier attempts of a partition. */
  List<Path> of(String runId, int partition) {
    return names().stream()
        .filter(name -> name.startsWith(prefix(runId, partition)) && WHOLE.matcher(name).matches())
        .map(this::path)
        .toList();
  }

  /** Names of files that no journal has written. */
  List<String> foreign() {
    return names().stream().filter(name -> !isOurs(name)).toList();
  }

  private static boolean isOurs(String name) {
    return WHOLE.matcher(bare(name)).matches();
  }

  private static String bare(String name) {
    return name.startsWith("_") ? name.substring(1) : name;
  }

  /** Removes what a journal has written under names that begin so, whole or not. */
  void clear(String prefix) {
    try {
      FileSystem files = files();
      for (String name : names()) {
        if (isOurs(name) && bare(name).startsWith(prefix)) {
          files.delete(path(name), false);
        }
      }
    } catch (IOException e) {
      throw new JobException(
          "Cannot clear the journal %s: %s. Check the rights of the state folder."
              .formatted(folder, e),
          e);
    }
  }

  private List<String> names() {
    try {
      FileStatus[] there = files().listStatus(new Path(folder));
      return Arrays.stream(there).map(status -> status.getPath().getName()).sorted().toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new JobException(
          "Cannot list the journal %s: %s. Check the state folder.".formatted(folder, e), e);
    }
  }
}
