package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.check.StepInput;
import io.sparkllama.spark.estimate.EstimateFunction;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** Measures what steps would ask, with the estimate that SQL has too. */
final class StepPlans {

  private static final String VIEW = "_llama_plan";

  private final SparkSession session;
  private final CheckedPipeline pipeline;
  private final Dataset<Row> questions;

  private StepPlans(SparkSession session, CheckedPipeline pipeline, Dataset<Row> questions) {
    this.session = session;
    this.pipeline = pipeline;
    this.questions = questions;
  }

  /**
   * @param session of the caller alone: a view is made in it
   * @param questions rows of {@link Answers#questions}
   */
  static List<StepPlan> of(SparkSession session, CheckedPipeline pipeline, Dataset<Row> questions) {
    StepPlans plans = new StepPlans(session, pipeline, questions);
    return IntStream.range(0, pipeline.steps().size()).mapToObj(plans::plan).toList();
  }

  private StepPlan plan(int index) {
    String column = pipeline.steps().get(index).column();
    Dataset<Row> open = questions.where(Answers.open(index));
    long asked = open.count();
    if (asked == 0) {
      return new StepPlan(column, 0, Optional.empty(), "nothing to ask");
    }
    withInputs(open, index)
        .selectExpr(pipeline.steps().get(index).sql() + " AS answer")
        .createOrReplaceTempView(VIEW);
    List<Row> calls =
        session
            .sql("SELECT * FROM %s('SELECT answer FROM %s')".formatted(EstimateFunction.NAME, VIEW))
            .collectAsList();
    // Calls that the step reads from come before it.
    Row call = calls.get(calls.size() - 1);
    return new StepPlan(column, asked, size(call), call.getAs("basis"));
  }

  /** With the answers of earlier steps: those that are known, else the calls. */
  private Dataset<Row> withInputs(Dataset<Row> rows, int index) {
    Dataset<Row> with = rows;
    for (StepInput input : pipeline.steps().get(index).inputs()) {
      if (input.origin() == StepInput.Origin.STEP) {
        int before = pipeline.indexOf(input.column());
        StepCall step = pipeline.steps().get(before);
        with =
            rows.where(Answers.open(before)).isEmpty()
                ? with.withColumn(
                    step.column(), StepValues.read(step, col(Answers.knownName(before))))
                : withInputs(with, before)
                    .withColumn(
                        step.column(), expr(step.sql().replaceFirst("^llama_try_", "llama_")));
      }
    }
    return with;
  }

  private static Optional<StepPlan.Size> size(Row call) {
    return call.getAs("requests") == null
        ? Optional.empty()
        : Optional.of(
            new StepPlan.Size(
                call.<Long>getAs("requests"),
                call.<Long>getAs("refused"),
                call.<Long>getAs("prompt_tokens"),
                call.<Long>getAs("most_new_tokens")));
  }
}
