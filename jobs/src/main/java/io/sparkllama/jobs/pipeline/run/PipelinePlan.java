package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * What a run would do now.
 *
 * @param pipeline as it is
 * @param rows of the source and the sink; none has failed
 * @param reused answers that are there already
 * @param steps what would be asked, in the order of the pipeline
 */
public record PipelinePlan(
    CheckedPipeline pipeline, RowCounts rows, long reused, List<StepPlan> steps) {

  public PipelinePlan {
    steps = List.copyOf(steps);
  }

  /**
   * @param session of the caller alone
   * @param questions rows of {@link Answers#questions}
   */
  static PipelinePlan of(
      SparkSession session,
      CheckedPipeline pipeline,
      RowCounts rows,
      long reused,
      Dataset<Row> questions) {
    return new PipelinePlan(pipeline, rows, reused, StepPlans.of(session, pipeline, questions));
  }

  /** Answers that a run would ask for. */
  public long asked() {
    return steps.stream().mapToLong(StepPlan::asked).sum();
  }
}
