package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import java.util.List;

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

  /** The tokens of all; the end of the last. */
  static TaskAnswer sum(Value value, List<TaskAnswer> answers) {
    return new TaskAnswer(
        value,
        answers.get(answers.size() - 1).finishReason(),
        answers.stream().mapToInt(TaskAnswer::promptTokens).sum(),
        answers.stream().mapToInt(TaskAnswer::reusedTokens).sum(),
        answers.stream().mapToInt(TaskAnswer::generatedTokens).sum());
  }

  /** Leaves the value out: answers stay out of logs. */
  @Override
  public String toString() {
    return "TaskAnswer[" + finishReason + "]";
  }
}
