package io.sparkllama.task;

import java.io.Serializable;
import java.util.Map;

/** What is asked of the model about one input. Equal tasks over equal inputs have one answer. */
public sealed interface Task extends Serializable
    permits Choice, Questions, Writing, Moderated, TokenCount {

  /** Name of the prompt, also in commands and messages. */
  String name();

  /** What the placeholders of the prompt stand for, by their names; without the text itself. */
  default Map<String, String> placeholders() {
    return Map.of();
  }

  /** Whether its answer is generated. */
  default boolean generates() {
    return false;
  }

  /**
   * Whether a text that does not fit a slot can be answered in parts ({@link LongText#MAP_REDUCE}).
   */
  default boolean divisible() {
    return true;
  }
}
