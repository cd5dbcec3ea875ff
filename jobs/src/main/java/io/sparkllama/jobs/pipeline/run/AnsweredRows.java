package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.pipeline.check.CallIdentity;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows to do with their answers from the table of results, or with the reason why there is none.
 */
final class AnsweredRows {

  private static final String FAILED_STEP = "_llama_failed_step";
  private static final String REASON = "_llama_reason";

  private final CheckedPipeline pipeline;
  private final String runId;
  private final Timestamp time;
  private final Dataset<Row> rows;

  /**
   * @param todo rows with the keys of their answers
   * @param results answers by the hash of their call
   * @param failures call, key and error of what could not be answered in this run
   */
  AnsweredRows(
      CheckedPipeline pipeline,
      String runId,
      Timestamp time,
      Dataset<Row> todo,
      Function<String, Dataset<Row>> results,
      Dataset<Row> failures) {
    this.pipeline = pipeline;
    this.runId = runId;
    this.time = time;
    Dataset<Row> joined = todo;
    for (int i = 0; i < pipeline.steps().size(); i++) {
      joined = joined(joined, i, results, failures);
    }
    this.rows = joined.withColumn(FAILED_STEP, failedStep()).withColumn(REASON, reason());
  }

  private Dataset<Row> joined(
      Dataset<Row> rows, int i, Function<String, Dataset<Row>> results, Dataset<Row> failures) {
    String call = pipeline.steps().get(i).identity().hash();
    String[] key = {RowHashes.result(i)};
    Dataset<Row> answers =
        results
            .apply(call)
            .select(
                col("key").as(key[0]),
                struct(
                        "value",
                        "finish_reason",
                        "prompt_tokens",
                        "generated_tokens",
                        "run_id",
                        "time")
                    .as(answer(i)));
    Dataset<Row> errors =
        failures
            .where(col("call").equalTo(call))
            .select(col("key").as(key[0]), col("error").as(error(i)));
    return rows.join(answers, key, "left").join(errors, key, "left");
  }

  private static String answer(int step) {
    return "_llama_answer_" + step;
  }

  private static String error(int step) {
    return "_llama_error_" + step;
  }

  private IntStream steps() {
    return IntStream.range(0, pipeline.steps().size());
  }

  private Column reason() {
    return coalesce(steps().mapToObj(i -> failed(i, col(error(i)))).toArray(Column[]::new));
  }

  private Column failedStep() {
    return coalesce(
        steps()
            .mapToObj(i -> failed(i, lit(pipeline.steps().get(i).column())))
            .toArray(Column[]::new));
  }

  /** An answer that is there counts, whatever was said before. */
  private static Column failed(int step, Column value) {
    return when(col(answer(step)).isNull().and(col(error(step)).isNotNull()), value);
  }

  /** Rows that could not be answered, as the quarantine has them. */
  Dataset<Row> failed() {
    return rows.where(col(REASON).isNotNull())
        .select(
            col(RowHashes.KEY).as("key"),
            col(FAILED_STEP).as("step"),
            col(REASON).as("reason"),
            lit(time).as("time"),
            lit(runId).as("run_id"),
            col(RowHashes.HASH).as("source_hash"),
            lit(pipeline.configuration()).as("configuration"));
  }

  /** Keys of rows that could not be answered and that the sink may have. */
  Dataset<Row> failedKeys() {
    return rows.where(col(REASON).isNotNull().and(col(Changes.ADDED).unary_$bang()))
        .select(RowHashes.columns(pipeline.definition().key()).toArray(Column[]::new));
  }

  /** Rows with an answer to every step, as the sink has them. */
  Dataset<Row> complete() {
    return sinkRows(rows.where(col(REASON).isNull()));
  }

  /** All rows as the sink has them; NULL where there is no answer. */
  Dataset<Row> all() {
    return sinkRows(rows);
  }

  private Dataset<Row> sinkRows(Dataset<Row> some) {
    List<Column> columns =
        new ArrayList<>(RowHashes.columns(List.of(pipeline.source().fieldNames())));
    steps().forEach(i -> columns.add(value(i)));
    columns.add(provenance().as(CheckedPipeline.PROVENANCE));
    return some.select(columns.toArray(Column[]::new));
  }

  /** An answer that is neither there nor known to have failed would be a lost row. */
  private Column value(int i) {
    StepCall step = pipeline.steps().get(i);
    Column lost =
        col(RowHashes.result(i)).isNotNull().and(col(answer(i)).isNull()).and(col(REASON).isNull());
    return when(
            lost,
            raise_error(lit("Failed to find an answer of step " + step.column() + "."))
                .cast(step.answer()))
        .otherwise(StepValues.read(step, col(answer(i)).getField("value")))
        .as(step.column());
  }

  private Column provenance() {
    return struct(
        lit(runId).as("run_id"),
        lit(time).as("time"),
        col(RowHashes.HASH).as("source_hash"),
        lit(pipeline.configuration()).as("configuration"),
        struct(steps().mapToObj(this::provenance).toArray(Column[]::new)).as("steps"));
  }

  private Column provenance(int i) {
    CallIdentity identity = pipeline.steps().get(i).identity();
    Column answer = col(answer(i));
    return when(
            col(RowHashes.result(i)).isNotNull(),
            struct(
                lit(identity.modelSha256()).as("model_sha256"),
                lit(identity.task()).as("task"),
                lit(identity.promptVersion()).as("prompt_version"),
                lit(identity.adapter()).as("adapter"),
                lit(identity.seed()).as("seed"),
                answer.getField("finish_reason").as("finish_reason"),
                answer.getField("prompt_tokens").as("prompt_tokens"),
                answer.getField("generated_tokens").as("generated_tokens"),
                col(RowHashes.result(i)).as("result_key"),
                answer.getField("run_id").as("run_id"),
                answer.getField("time").as("time"),
                col(error(i)).as("error")))
        .as(pipeline.steps().get(i).column());
  }
}
