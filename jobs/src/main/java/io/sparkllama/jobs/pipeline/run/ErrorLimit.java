package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import java.util.Optional;

/**
 * When a run has failed too often.
 *
 * @param share of the answers that may fail
 * @param least answers before which nothing is said
 */
record ErrorLimit(double share, long least) {

  private static final long LEAST = 100;

  static ErrorLimit of(Pipeline pipeline) {
    return pipeline.onError() == Pipeline.OnError.FAIL
        ? new ErrorLimit(0, 1)
        : new ErrorLimit(pipeline.maxErrorRate().orElse(1.0), LEAST);
  }

  /** Why to stop, if it is time. */
  Optional<JobException> reason(long errors, long answers) {
    if (answers < least || errors <= share * answers) {
      return Optional.empty();
    }
    return Optional.of(
        new JobException(
            "Failed to answer %,d of %,d: more than %s allows, so the run was stopped and the sink left alone. Look at the reasons in the log of tasks or with on_error: quarantine and a higher max_error_rate."
                .formatted(
                    errors, answers, share == 0 ? "on_error: fail" : "max_error_rate: " + share)));
  }
}
