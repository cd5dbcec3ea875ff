package io.sparkllama.task;

import java.util.List;
import java.util.stream.Collectors;

/** Answers that are texts. */
final class TextAnswers {

  private TextAnswers() {}

  /** Answers without chatter, one behind the other. */
  static String joined(List<String> answers, TaskInput input) {
    String text = text(input);
    return answers.stream()
        .map(answer -> Chatter.strip(answer, text))
        .collect(Collectors.joining(" "));
  }

  /** The text of an input; nothing for a conversation. */
  static String text(TaskInput input) {
    return input instanceof TaskInput.Text text ? text.text() : "";
  }
}
