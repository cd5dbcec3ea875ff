package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.delta.tables.DeltaTable;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that could not be answered: {@code pipeline}, {@code key} (the key columns as a JSON
 * object), {@code step}, {@code reason}, {@code attempt} (from 1), {@code time}, {@code run_id},
 * {@code source_hash} and {@code configuration} (what the row and the pipeline were), {@code open}
 * (whether that is still so). No text of a row.
 */
public final class Quarantine {

  private static final StructType SCHEMA =
      new StructType()
          .add("pipeline", DataTypes.StringType)
          .add("key", DataTypes.StringType)
          .add("step", DataTypes.StringType)
          .add("reason", DataTypes.StringType)
          .add("attempt", DataTypes.IntegerType)
          .add("time", DataTypes.TimestampType)
          .add("run_id", DataTypes.StringType)
          .add("source_hash", DataTypes.StringType)
          .add("configuration", DataTypes.StringType)
          .add("open", DataTypes.BooleanType);

  private final StateTable table;
  private final String pipeline;

  public Quarantine(SparkSession session, StateFolder folder) {
    this.table = new StateTable(session, folder.quarantine(), SCHEMA);
    this.pipeline = folder.pipeline();
  }

  /** Rows of the pipeline that are in quarantine or have been. */
  public Dataset<Row> all() {
    return table.rows().where(col("pipeline").equalTo(pipeline));
  }

  /** Rows that are in quarantine now. */
  public Dataset<Row> open() {
    return all().where(col("open"));
  }

  /**
   * Brings the table up to date after a run; to do it again changes nothing.
   *
   * @param failed {@code key, step, reason, time, run_id, source_hash, configuration} of rows that
   *     could not be answered; empty if there are none
   * @param gone {@code key} of rows that were answered or that the source has no more
   */
  public void update(Optional<Dataset<Row>> failed, Dataset<Row> gone) {
    Dataset<Row> changes =
        failed
            .orElseGet(
                () ->
                    table
                        .none()
                        .select(
                            "key",
                            "step",
                            "reason",
                            "time",
                            "run_id",
                            "source_hash",
                            "configuration"))
            .withColumn("open", expr("true"))
            .unionByName(gone.withColumn("open", expr("false")), true);
    table.merge(there -> update(there, changes));
  }

  private void update(DeltaTable there, Dataset<Row> changes) {
    there
        .as("t")
        .merge(
            changes.as("s"), expr("t.pipeline = '" + pipeline + "' AND t.key = s.key AND t.open"))
        .whenMatched("s.open AND s.run_id <> t.run_id")
        .updateExpr(
            Map.of(
                "step", "s.step",
                "reason", "s.reason",
                "attempt", "t.attempt + 1",
                "time", "s.time",
                "run_id", "s.run_id",
                "source_hash", "s.source_hash",
                "configuration", "s.configuration"))
        .whenMatched("NOT s.open")
        .updateExpr(Map.of("open", "false"))
        .whenNotMatched("s.open")
        .insertExpr(
            Map.of(
                "pipeline", "'" + pipeline + "'",
                "key", "s.key",
                "step", "s.step",
                "reason", "s.reason",
                "attempt", "1",
                "time", "s.time",
                "run_id", "s.run_id",
                "source_hash", "s.source_hash",
                "configuration", "s.configuration",
                "open", "true"))
        .execute();
  }
}
