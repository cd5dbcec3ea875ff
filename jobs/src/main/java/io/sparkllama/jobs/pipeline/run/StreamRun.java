package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

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

/**
 * A run over what a stream has had since the last run. A stream only adds and changes rows. Its
 * checkpoint numbers its batches, and the number is that of the sink's transaction.
 */
final class StreamRun {

  private static final String QUERY_ID = "sql.streaming.queryId";

  private final RunContext run;
  private final Prepared prepared;
  private final Delivery delivery;

  StreamRun(RunContext run, Prepared prepared, Delivery delivery) {
    this.run = run;
    this.prepared = prepared;
    this.delivery = delivery;
  }

  void run() {
    try {
      stream()
          .writeStream()
          .trigger(Trigger.AvailableNow())
          .option("checkpointLocation", run.state().checkpoint())
          .foreachBatch((VoidFunction2<Dataset<Row>, Long>) this::batch)
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

  /** Written down first, so that a batch is read once, and read by the run's own session. */
  private void batch(Dataset<Row> batch, long id) {
    // The stream's thread has a group of its own, which nobody could stop the run by.
    run.session()
        .sparkContext()
        .setJobGroup(run.runId(), "pipeline " + run.definition().name(), true);
    String query = run.session().sparkContext().getLocalProperty(QUERY_ID);
    Dataset<Row> rows = run.work().keep("batch-" + id, batch);
    Pipeline pipeline = run.definition();
    String[] key = pipeline.key().toArray(String[]::new);
    Column[] keys = RowHashes.columns(pipeline.key()).toArray(Column[]::new);
    Changes changes =
        Changes.byKeys(
            prepared.pipeline(),
            rows,
            prepared.sink().rows().join(rows.select(keys), key, "left_semi"),
            run.quarantine().open(),
            run.work());
    delivery.bring(
        changes,
        () -> run.quarantine().open().select(col("key").as(RowHashes.KEY)),
        new SinkTransaction(
            "spark-llama/" + pipeline.name() + "/" + query,
            id,
            new SinkTransaction.Metadata(
                pipeline.name(), run.runId(), prepared.pipeline().configuration(), null, null)));
  }
}
