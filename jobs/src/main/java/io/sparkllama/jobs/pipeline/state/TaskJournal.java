package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The journal as tasks see it. What they are told is written in pieces, under another name first. A
 * piece ends after 16 rows or a fiftieth of those that the task has had, and after 5 seconds or a
 * fiftieth of the task's time: little is lost with a task, and few files are made. An attempt of a
 * task reads what earlier ones were told.
 */
public final class TaskJournal implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int LEAST_ROWS = 16;
  private static final long LEAST_NANOS = 5_000_000_000L;
  private static final int SHARE = 50;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader LINES = JSON.readerFor(JournalLine.class);

  private final String folder;
  private final String pipeline;
  private final String runId;
  private final SerializableConfiguration hadoop;

  TaskJournal(StateFolder state, String runId) {
    this.folder = state.journal();
    this.pipeline = state.pipeline();
    this.runId = runId;
    this.hadoop = new SerializableConfiguration(state.hadoop());
  }

  private JournalFiles files() {
    return new JournalFiles(folder, hadoop.value());
  }

  /** The answers of earlier attempts of this task, by their keys. */
  public Map<String, String> known() throws IOException {
    Map<String, String> known = new HashMap<>();
    TaskContext task = TaskContext.get();
    if (task.attemptNumber() == 0 && task.stageAttemptNumber() == 0) {
      return known;
    }
    for (Path piece : files().of(runId, task.partitionId())) {
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(files().files().open(piece), StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          answer(line).ifPresent(answer -> known.put(answer.key(), answer.value()));
        }
      }
    }
    return known;
  }

  /** Nothing of a failure, or of a line that is torn. */
  private static Optional<JournalLine> answer(String line) {
    try {
      JournalLine read = LINES.readValue(line);
      return Optional.of(read).filter(found -> found.error() == null);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes the answers of a partition.
   *
   * @param rows each an array of structs {@code call, key, value, error, finish_reason,
   *     prompt_tokens, generated_tokens} as its only column
   */
  public void write(Iterator<Row> rows) throws IOException {
    TaskContext task = TaskContext.get();
    long start = System.nanoTime();
    long before = 0;
    for (int piece = 0; rows.hasNext(); piece++) {
      long most = Math.max(LEAST_ROWS, before / SHARE);
      long until = System.nanoTime() + Math.max(LEAST_NANOS, (System.nanoTime() - start) / SHARE);
      before +=
          writePiece(
              rows,
              JournalFiles.name(runId, task.partitionId(), task.taskAttemptId(), piece),
              most,
              until);
    }
  }

  /** What has come before a failure or a kill is kept as well. */
  private long writePiece(Iterator<Row> rows, String name, long most, long until)
      throws IOException {
    FileSystem files = files().files();
    Path part = files().path("_" + name);
    long count = 0;
    try (OutputStream out = files.create(part, true)) {
      while (rows.hasNext() && count < most && System.nanoTime() < until) {
        for (Row answer : rows.next().<Row>getList(0)) {
          out.write(JSON.writeValueAsBytes(line(answer)));
          out.write('\n');
        }
        count++;
      }
    } finally {
      if (count > 0) {
        finish(files, part, files().path(name));
      }
    }
    return count;
  }

  private static void finish(FileSystem files, Path part, Path whole) throws IOException {
    if (!files.rename(part, whole)) {
      throw new IOException("Failed to rename " + part + " to " + whole);
    }
  }

  private JournalLine line(Row answer) {
    return new JournalLine(
        answer.getString(0),
        answer.getString(1),
        answer.getString(2),
        answer.getString(3),
        answer.getString(4),
        (Integer) answer.get(5),
        (Integer) answer.get(6),
        pipeline,
        runId,
        Instant.now().toString());
  }
}
