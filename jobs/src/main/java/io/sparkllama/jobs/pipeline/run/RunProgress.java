package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.state.AnswerCounts;

/** How far a run is; executors tell with their heartbeats. For any thread. */
public interface RunProgress {

  /** Rows about which something is to be asked. */
  long rows();

  /** Those of them that have been, at most {@link #rows}. */
  long done();

  /** What has been asked so far. */
  AnswerCounts answers();
}
