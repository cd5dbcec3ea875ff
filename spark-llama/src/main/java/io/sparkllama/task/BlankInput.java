package io.sparkllama.task;

import io.sparkllama.errors.RequestException;

/** Answers for inputs without a character that shows; the model is not asked. */
final class BlankInput {

  private BlankInput() {}

  /**
   * @throws RequestException for a prompt, which has nothing that could be answered
   */
  static TaskAnswer answer(Task task) {
    if (task instanceof Writing writing) {
      return TaskAnswer.free(writing.blank().orElseThrow(BlankInput::refused));
    }
    if (task instanceof Choice choice) {
      return TaskAnswer.free(
          choice
              .blank()
              .<Value>map(label -> Value.Scores.certain(choice.labels(), label))
              .orElseGet(Value.None::new));
    }
    if (task instanceof Moderate moderate) {
      return TaskAnswer.free(Value.Scores.none(moderate.names()));
    }
    return task instanceof Moderated moderated
        ? answer(moderated.writing())
        : TaskAnswer.free(new Value.None());
  }

  private static RequestException refused() {
    return new RequestException(
        "Invalid prompt: found a blank text, expected at least one character that shows. Give a"
            + " prompt or leave the row out.");
  }
}
