package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table with a row for each run: the fields of {@link RunRecord} in snake case, and seconds.
 */
public final class Runs {

  private static final StructType SCHEMA =
      new StructType()
          .add("run_id", DataTypes.StringType)
          .add("pipeline", DataTypes.StringType)
          .add("status", DataTypes.StringType)
          .add("exit_code", DataTypes.IntegerType)
          .add("started", DataTypes.TimestampType)
          .add("ended", DataTypes.TimestampType)
          .add("seconds", DataTypes.DoubleType)
          .add("source_version", DataTypes.LongType)
          .add("rows_read", DataTypes.LongType)
          .add("rows_added", DataTypes.LongType)
          .add("rows_changed", DataTypes.LongType)
          .add("rows_deleted", DataTypes.LongType)
          .add("rows_failed", DataTypes.LongType)
          .add("answers_reused", DataTypes.LongType)
          .add("answers_asked", DataTypes.LongType)
          .add("requests", DataTypes.LongType)
          .add("prompt_tokens", DataTypes.LongType)
          .add("generated_tokens", DataTypes.LongType)
          .add("configuration", DataTypes.StringType)
          .add("model_sha256", DataTypes.StringType)
          .add("error", DataTypes.StringType);

  private final SparkSession session;
  private final StateTable table;
  private final String pipeline;

  public Runs(SparkSession session, StateFolder folder) {
    this.session = session;
    this.table = new StateTable(session, folder.runs(), SCHEMA);
    this.pipeline = folder.pipeline();
  }

  /** The runs of a pipeline. */
  public static Runs of(org.apache.spark.sql.SparkSession session, Pipeline pipeline) {
    SparkSession own = (SparkSession) session;
    return new Runs(own, StateFolder.of(own, pipeline));
  }

  /** Runs of the pipeline, the last first. */
  public Dataset<Row> all() {
    return table.rows().where(col("pipeline").equalTo(pipeline)).orderBy(col("started").desc());
  }

  /** Whether a run has its row. */
  public boolean has(String runId) {
    return !table.rows().where(col("run_id").equalTo(runId)).isEmpty();
  }

  public void add(RunRecord run) {
    RowCounts rows = run.rows();
    AnswerCounts answers = run.answers();
    Row row =
        RowFactory.create(
            run.runId(),
            run.pipeline(),
            run.outcome().ending().word(),
            run.outcome().ending().code(),
            Timestamp.from(run.started()),
            Timestamp.from(run.ended()),
            run.seconds(),
            run.sourceVersion().isPresent() ? run.sourceVersion().getAsLong() : null,
            rows.read(),
            rows.added(),
            rows.changed(),
            rows.deleted(),
            rows.failed(),
            answers.reused(),
            answers.asked(),
            answers.requests(),
            answers.promptTokens(),
            answers.generatedTokens(),
            run.configuration(),
            run.modelSha256(),
            run.outcome().error());
    table.append(session.createDataFrame(List.of(row), SCHEMA));
  }
}
