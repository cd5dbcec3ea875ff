package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.pipeline.definition.Pipeline.Reuse;
import java.util.Collection;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers by content: {@code call} (what an answer depends on beside the text, see CallIdentity,
 * and the table's partition), {@code key} (SHA-256 over call and inputs), {@code value} (JSON, an
 * object with the field value), {@code finish_reason}, {@code prompt_tokens}, {@code
 * generated_tokens}, {@code pipeline}, {@code run_id}, {@code time}. Pipelines that share a state
 * folder may both add an answer; it is the same, and {@link #of} gives one of them.
 */
public final class Results {

  private static final StructType SCHEMA =
      new StructType()
          .add("call", DataTypes.StringType)
          .add("key", DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add("finish_reason", DataTypes.StringType)
          .add("prompt_tokens", DataTypes.IntegerType)
          .add("generated_tokens", DataTypes.IntegerType)
          .add("pipeline", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("time", DataTypes.TimestampType);

  private final StateTable table;
  private final StateFolder folder;

  public Results(SparkSession session, StateFolder folder) {
    this.folder = folder;
    this.table = new StateTable(session, folder.results(), SCHEMA, "call");
  }

  /** The answers of a call, each once, by {@code key}. */
  public Dataset<Row> of(String call, Reuse reuse) {
    Dataset<Row> answers = table.rows().where(col("call").equalTo(call));
    return (reuse == Reuse.SHARED
            ? answers
            : answers.where(col("pipeline").equalTo(folder.pipeline())))
        .dropDuplicates("key");
  }

  /** As {@link #of} where there are none, which Spark knows before it plans. */
  public Dataset<Row> none() {
    return table.none();
  }

  /** The answers that a run was given. */
  public Dataset<Row> ofRun(String runId) {
    return table.rows().where(col("run_id").equalTo(runId));
  }

  /** Adds what is not there yet, so that adding it again changes nothing. */
  void add(Dataset<Row> answers, Collection<String> calls) {
    Dataset<Row> known =
        table
            .rows()
            .where(
                col("call").isInCollection(calls).and(col("pipeline").equalTo(folder.pipeline())))
            .select("key");
    table.append(
        answers
            .dropDuplicates("key")
            .join(known, answers.col("key").equalTo(known.col("key")), "left_anti"));
  }
}
