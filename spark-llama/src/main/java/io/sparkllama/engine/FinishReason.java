package io.sparkllama.engine;

/** Why an answer ended. */
public enum FinishReason {
  /** A stop id or a stop string. */
  STOP,
  /** The most tokens allowed, or the slot's capacity. */
  LENGTH
}
