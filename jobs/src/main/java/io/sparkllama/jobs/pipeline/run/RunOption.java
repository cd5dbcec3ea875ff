package io.sparkllama.jobs.pipeline.run;

/** What a run may be told beside its pipeline. */
public enum RunOption {
  /** Asks about the rows in quarantine once more. */
  RETRY_QUARANTINED,
  /** Compares every row, although the source's change data feed says which have changed. */
  FULL,
  /** Waits for the end of another run of the pipeline. */
  WAIT
}
