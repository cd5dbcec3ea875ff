package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;

/**
 * The value of a task for one text.
 *
 * @param value label or text
 * @param finishReason why the answer ended; {@link FinishReason#STOP} for a label
 * @param promptTokens tokens read
 * @param reusedTokens those of them whose keys and values another prompt had left
 * @param generatedTokens tokens written; 0 for a label
 */
public record TaskAnswer(
    String value,
    FinishReason finishReason,
    int promptTokens,
    int reusedTokens,
    int generatedTokens) {

  /** Leaves the value out: answers stay out of logs. */
  @Override
  public String toString() {
    return "TaskAnswer[" + finishReason + "]";
  }
}
