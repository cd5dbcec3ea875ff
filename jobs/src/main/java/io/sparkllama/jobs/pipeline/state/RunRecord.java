package io.sparkllama.jobs.pipeline.state;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The figures of a run.
 *
 * @param runId of its rows in every table
 * @param pipeline name
 * @param outcome how it ended
 * @param started when
 * @param ended when
 * @param sourceVersion of a Delta source
 * @param rows of the source and the sink
 * @param answers of the model
 * @param configuration hash of all that changes answers; empty if it was not known yet
 * @param modelSha256 identity of the model; empty if it was not known yet
 */
public record RunRecord(
    String runId,
    String pipeline,
    Outcome outcome,
    Instant started,
    Instant ended,
    OptionalLong sourceVersion,
    RowCounts rows,
    AnswerCounts answers,
    String configuration,
    String modelSha256) {

  /** Seconds from start to end. */
  public double seconds() {
    return Duration.between(started, ended).toNanos() / 1e9;
  }
}
