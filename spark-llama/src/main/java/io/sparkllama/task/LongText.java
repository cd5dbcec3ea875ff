package io.sparkllama.task;

/** What happens to a text that does not fit a slot. */
public enum LongText {
  /** The row fails, with the numbers. */
  ERROR,
  /** The text's end is cut off. */
  TRUNCATE,
  /** The text is split at sentences, the parts are answered, the answers combined. */
  MAP_REDUCE
}
