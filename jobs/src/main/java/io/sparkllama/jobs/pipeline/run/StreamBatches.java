package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.Reasons;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.definition.TableName;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/** What a stream has had since a checkpoint, batch by batch. */
record StreamBatches(RunContext run, Prepared prepared) {

  /**
   * Reads to the end of what is there now.
   *
   * @param checkpoint folder that remembers how far the stream was read
   * @param use is told the rows of a batch and its number, and what it does can be stopped as the
   *     run
   */
  void read(String checkpoint, VoidFunction2<Dataset<Row>, Long> use) {
    try {
      stream()
          .writeStream()
          .trigger(Trigger.AvailableNow())
          .option("checkpointLocation", checkpoint)
          .foreachBatch(
              (VoidFunction2<Dataset<Row>, Long>)
                  (rows, id) -> {
                    // The stream's thread has a group of its own, which nobody could stop the run
                    // by.
                    run.session()
                        .sparkContext()
                        .setJobGroup(run.runId(), "pipeline " + run.definition().name(), true);
                    use.call(rows, id);
                  })
          .start()
          .awaitTermination();
    } catch (StreamingQueryException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      throw new JobException("Cannot start the stream: another start takes too long.", e);
    }
  }

  private static RuntimeException failure(StreamingQueryException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JobException told) {
        return told;
      }
    }
    return new JobException("Failed to read the stream: " + Reasons.of(failure), failure);
  }

  private Dataset<Row> stream() {
    Source source = run.definition().source();
    DataStreamReader reader =
        run.session().readStream().format(source.format()).options(source.options());
    if (!source.format().equals("delta")) {
      reader = reader.schema(prepared.source().rows().schema());
    }
    return source.table() instanceof TableName.InCatalog
        ? reader.table(source.table().text())
        : reader.load(source.table().text());
  }

  /**
   * What a batch changes. A stream only adds and changes rows.
   *
   * @param batch is read once, and written down
   * @param work where
   */
  Changes changes(Dataset<Row> batch, Dataset<Row> quarantined, WorkFolder work) {
    Dataset<Row> rows = work.keep("batch", batch);
    Pipeline pipeline = run.definition();
    String[] key = pipeline.key().toArray(String[]::new);
    Column[] keys = RowHashes.columns(pipeline.key()).toArray(Column[]::new);
    return Changes.byKeys(
        prepared.pipeline(),
        rows,
        prepared.sink().rows().join(rows.select(keys), key, "left_semi"),
        quarantined,
        work);
  }
}
