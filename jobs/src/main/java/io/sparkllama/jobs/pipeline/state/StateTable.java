package io.sparkllama.jobs.pipeline.state;

import io.delta.exceptions.DeltaConcurrentModificationException;
import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A Delta table of the state folder, made when it is first written. Pipelines may share it: what
 * one writes while another does is written once more.
 */
final class StateTable {

  private static final int ATTEMPTS = 10;
  private static final long PAUSE_MILLIS = 200;

  private final SparkSession session;
  private final String path;
  private final StructType schema;
  private final List<String> partitions;

  StateTable(SparkSession session, String path, StructType schema, String... partitions) {
    this.session = session;
    this.path = path;
    this.schema = schema;
    this.partitions = List.of(partitions);
  }

  /** All rows; none if the table is not there yet. */
  Dataset<Row> rows() {
    return DeltaTable.isDeltaTable(session, path)
        ? session.read().format("delta").load(path)
        : none();
  }

  /** No rows, which Spark knows before it plans. */
  Dataset<Row> none() {
    return session.createDataFrame(List.of(), schema);
  }

  void append(Dataset<Row> rows) {
    retried(() -> appendOnce(rows));
  }

  private void appendOnce(Dataset<Row> rows) {
    rows.select(columns(rows))
        .write()
        .format("delta")
        .partitionBy(partitions.toArray(String[]::new))
        .option("mergeSchema", "true")
        .mode("append")
        .save(path);
  }

  /**
   * Merges into the table.
   *
   * @param merge to do it once more changes nothing
   */
  void merge(Consumer<DeltaTable> merge) {
    if (!DeltaTable.isDeltaTable(session, path)) {
      append(none());
    }
    retried(() -> merge.accept(DeltaTable.forPath(session, path)));
  }

  /** A commit that another one came before has changed nothing. */
  private void retried(Runnable write) {
    for (int attempt = 1; ; attempt++) {
      try {
        write.run();
        return;
      } catch (DeltaConcurrentModificationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(DeltaConcurrentModificationException conflict) {
    try {
      Thread.sleep(PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw conflict;
    }
  }

  private Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(schema.fields())
        .map(field -> rows.col(field.name()).cast(field.dataType()))
        .toArray(Column[]::new);
  }
}
