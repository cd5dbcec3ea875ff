package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run over what a stream has had since the last run. Its checkpoint numbers its batches, and the
 * number is that of the sink's transaction.
 */
final class StreamRun {

  private static final String QUERY_ID = "sql.streaming.queryId";

  private final RunContext run;
  private final Prepared prepared;
  private final Delivery delivery;
  private final StreamBatches batches;

  StreamRun(RunContext run, Prepared prepared, Delivery delivery) {
    this.run = run;
    this.prepared = prepared;
    this.delivery = delivery;
    this.batches = new StreamBatches(run, prepared);
  }

  void run() {
    batches.read(run.state().checkpoint(), this::batch);
  }

  private void batch(Dataset<Row> batch, long id) {
    String query = run.session().sparkContext().getLocalProperty(QUERY_ID);
    Changes changes = batches.changes(batch, run.quarantine().open(), run.work().of("batch-" + id));
    delivery.bring(
        changes,
        () -> run.quarantine().open().select(col("key").as(RowHashes.KEY)),
        new SinkTransaction(
            "spark-llama/" + run.definition().name() + "/" + query,
            id,
            new SinkTransaction.Metadata(
                run.definition().name(),
                run.runId(),
                prepared.pipeline().configuration(),
                null,
                null)));
  }
}
