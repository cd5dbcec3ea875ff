package io.sparkllama.engine;

/** When an answer ends. */
public enum Ending {
  /** At a stop id, a stop string, the most tokens, or the end of the slot. */
  NATURAL,
  /** Not at a stop id: every answer has the same length, for measurements. */
  FULL_LENGTH
}
