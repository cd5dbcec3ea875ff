package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import java.util.List;

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

  /** Answers that a run would ask for. */
  public long asked() {
    return steps.stream().mapToLong(StepPlan::asked).sum();
  }
}
