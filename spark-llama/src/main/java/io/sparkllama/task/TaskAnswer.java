package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;

/**
 * The value of a task for one input.
 *
 * @param value what was found out
 * @param finishReason why the answer ended; {@link FinishReason#STOP} where nothing is generated
 * @param promptTokens tokens read
 * @param reusedTokens those of them whose keys and values another prompt had left
 * @param generatedTokens tokens written
 */
public record TaskAnswer(
    Value value,
    FinishReason finishReason,
    int promptTokens,
    int reusedTokens,
    int generatedTokens) {

  /** Without asking the model. */
  static TaskAnswer free(Value value) {
    return new TaskAnswer(value, FinishReason.STOP, 0, 0, 0);
  }

  /** Leaves the value out: answers stay out of logs. */
  @Override
  public String toString() {
    return "TaskAnswer[" + finishReason + "]";
  }
}
