package io.sparkllama.engine;

/** Why an answer ended. */
public enum FinishReason {
  /** A stop id, a stop string, or the end of what a constraint allows. */
  STOP,
  /**
   * The most tokens allowed, or the slot's capacity. Under a constraint the answer is complete
   * nevertheless, but may be shorter than the model wanted it.
   */
  LENGTH
}
