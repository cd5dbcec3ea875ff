package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.errors.RequestException;

/** Answers for texts without a character that shows; the model is not asked. */
final class BlankText {

  private BlankText() {}

  /** Neutral, or an empty text; there is nothing that generate could answer. */
  static TaskAnswer answer(Task task) {
    if (task instanceof Task.Generate) {
      throw new RequestException(
          "Invalid prompt: found a blank text, expected at least one character that shows. Give a"
              + " prompt or leave the row out.");
    }
    String value = task instanceof Task.Sentiment ? SentimentLabels.NEUTRAL : "";
    return new TaskAnswer(value, FinishReason.STOP, 0, 0, 0);
  }
}
