package io.sparkllama.jobs.pipeline.run;

/** Which rows a run takes. */
public enum Scope {
  /** Those that are new or have changed. */
  CHANGED,
  /** Those, and the rows in quarantine once more. */
  CHANGED_AND_QUARANTINED
}
