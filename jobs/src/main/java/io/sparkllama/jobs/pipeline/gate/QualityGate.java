package io.sparkllama.jobs.pipeline.gate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.check.AnswerKind;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Gate;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import io.sparkllama.jobs.pipeline.run.StepAnswers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Scores labelled rows before a run writes. Their answers are kept as all others, so that they are
 * asked again only when the step, the model or the rows have changed.
 */
public final class QualityGate implements RunWatcher {

  private Optional<GateResult> result = Optional.empty();

  /** How the model did; empty before, and for a pipeline without a gate. */
  public Optional<GateResult> result() {
    return result;
  }

  /**
   * Checks a pipeline's gate and asks nothing.
   *
   * @param session with the pipeline's confs
   * @throws JobException with the line of what is wrong
   */
  public static void check(SparkSession session, CheckedPipeline pipeline) {
    pipeline.definition().gate().ifPresent(gate -> GoldenRows.open(session, pipeline, gate));
  }

  @Override
  public void checked(SparkSession session, CheckedPipeline pipeline, String runId) {
    pipeline
        .definition()
        .gate()
        .ifPresent(gate -> require(score(session, pipeline, gate, runId), pipeline));
  }

  private void require(GateResult scored, CheckedPipeline pipeline) {
    result = Optional.of(scored);
    if (!scored.met()) {
      throw new JobException(
          Ending.REFUSED,
          "Failed to pass the quality gate of %s: %s. The sink is as it was. Look at the prompt, the model and the labelled rows, or change gate.min_accuracy."
              .formatted(pipeline.definition().name(), scored.summary()));
    }
  }

  private static GateResult score(
      SparkSession session, CheckedPipeline pipeline, Gate gate, String runId) {
    GoldenRows golden = GoldenRows.open(session, pipeline, gate);
    requireLabels(pipeline, golden);
    return StepAnswers.of(
        session, golden.steps(), golden.rows(), runId, rows -> scored(gate, golden, rows));
  }

  private static void requireLabels(CheckedPipeline pipeline, GoldenRows golden) {
    Row counts =
        golden.rows().agg(count(lit(1)), count(when(col(GoldenRows.EXPECTED).isNull(), 1))).first();
    if (counts.getLong(0) == 0 || counts.getLong(1) > 0) {
      throw pipeline
          .definition()
          .places()
          .invalid(
              "gate",
              "found %,d labelled rows, %,d of them without a right answer of type %s, expected an answer in each and at least one row. Complete or remove them."
                  .formatted(counts.getLong(0), counts.getLong(1), golden.step().answer().sql()));
    }
  }

  private static GateResult scored(Gate gate, GoldenRows golden, Dataset<Row> rows) {
    Column answered = col("`" + golden.step().column().replace("`", "``") + "`");
    Dataset<Row> compared =
        rows.select(
            col(GoldenRows.EXPECTED).cast("string").as("expected"),
            coalesce(answered.cast("string"), lit(ConfusionMatrix.NOTHING)).as("answered"),
            answered.isNull().as("failed"),
            coalesce(answered.equalTo(col(GoldenRows.EXPECTED)), lit(false)).as("right"));
    Row totals =
        compared
            .agg(
                count(lit(1)),
                coalesce(sum(when(col("right"), 1L)), lit(0L)),
                coalesce(sum(when(col("failed"), 1L)), lit(0L)))
            .first();
    return new GateResult(
        gate,
        totals.getLong(0),
        totals.getLong(1),
        totals.getLong(2),
        golden.step().kind() == AnswerKind.LABEL
            ? Optional.of(matrix(compared))
            : Optional.empty());
  }

  private static ConfusionMatrix matrix(Dataset<Row> compared) {
    Map<ConfusionMatrix.Pair, Long> rows = new HashMap<>();
    compared
        .groupBy("expected", "answered")
        .count()
        .toLocalIterator()
        .forEachRemaining(
            row ->
                rows.put(
                    new ConfusionMatrix.Pair(row.getString(0), row.getString(1)), row.getLong(2)));
    return ConfusionMatrix.of(rows);
  }
}
