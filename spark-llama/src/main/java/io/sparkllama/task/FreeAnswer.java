package io.sparkllama.task;

import java.util.Optional;

/** Answers that no model is asked for. */
final class FreeAnswer {

  private FreeAnswer() {}

  /**
   * The answer to a blank input, and that of rules.
   *
   * @throws io.sparkllama.errors.RequestException for a blank prompt
   */
  static Optional<TaskAnswer> of(Task task, TaskInput input) {
    if (task instanceof TokenCount) {
      return Optional.empty();
    }
    if (input.isBlank()) {
      return Optional.of(BlankInput.answer(task));
    }
    return task instanceof Mask mask && mask.byRulesAlone()
        ? Optional.of(TaskAnswer.free(new Value.Text(TextAnswers.text(mask.reading(input)))))
        : Optional.empty();
  }
}
