package io.sparkllama.engine;

/** Whether an answer may depend on what else the engine is asked at the time. */
public enum Determinism {
  /** Every bit of an answer follows from its request, the package and the processor's type. */
  EXACT,

  /**
   * As {@link #EXACT}, but for label scores: short prompts are read together, and the last bits of
   * their scores depend on the company.
   */
  SCORES_VARY
}
