package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.Iterator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes what tasks are told, in pieces. A piece is written under another name and renamed when it
 * is whole. It ends after 64 rows or a fiftieth of those that the task has had, and after 5 seconds
 * or a fiftieth of the task's time: little is lost with a task, and few files are made.
 */
public final class JournalWriter implements Serializable {

  private static final long serialVersionUID = 1L;

  static final String SUFFIX = ".jsonl";

  private static final int LEAST_ROWS = 64;
  private static final long LEAST_NANOS = 5_000_000_000L;
  private static final int SHARE = 50;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String folder;
  private final String pipeline;
  private final String runId;
  private final SerializableConfiguration hadoop;

  JournalWriter(StateFolder state, String runId) {
    this.folder = state.journal();
    this.pipeline = state.pipeline();
    this.runId = runId;
    this.hadoop = new SerializableConfiguration(state.hadoop());
  }

  /**
   * Writes the answers of a partition.
   *
   * @param rows each an array of structs {@code call, key, value, error, finish_reason,
   *     prompt_tokens, generated_tokens} as its only column
   */
  public void write(Iterator<Row> rows) throws IOException {
    Path target = new Path(folder);
    FileSystem files = target.getFileSystem(hadoop.value());
    String name =
        "%s-%05d-%d"
            .formatted(runId, TaskContext.getPartitionId(), TaskContext.get().taskAttemptId());
    long start = System.nanoTime();
    long written = 0;
    for (int piece = 0; rows.hasNext(); piece++) {
      Path part = new Path(target, "_" + name + "-" + piece);
      long began = System.nanoTime();
      long count = 0;
      try (OutputStream out = files.create(part, true)) {
        while (rows.hasNext()
            && count < Math.max(LEAST_ROWS, written / SHARE)
            && System.nanoTime() - began < Math.max(LEAST_NANOS, (began - start) / SHARE)) {
          for (Row answer : rows.next().<Row>getList(0)) {
            out.write(JSON.writeValueAsBytes(line(answer)));
            out.write('\n');
          }
          count++;
        }
      }
      if (!files.rename(part, new Path(target, name + "-" + piece + SUFFIX))) {
        throw new IOException("cannot rename " + part);
      }
      written += count;
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
