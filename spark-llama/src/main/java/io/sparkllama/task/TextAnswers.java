package io.sparkllama.task;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers that are texts. */
final class TextAnswers {

  private static final Pattern PARAGRAPH = Pattern.compile("\\R\\s*\\R");

  private TextAnswers() {}

  /** Answers without chatter, one behind the other. */
  static String joined(List<String> answers, TaskInput input) {
    String text = text(input);
    return answers.stream()
        .map(answer -> Chatter.strip(answer, text))
        .collect(Collectors.joining(" "));
  }

  /** The same for answers that keep the form of their text: one paragraph for one. */
  static String alike(List<String> answers, TaskInput input) {
    String joined = joined(answers, input);
    return PARAGRAPH.matcher(text(input).strip()).find()
        ? joined
        : PARAGRAPH.split(joined, 2)[0].strip();
  }

  /** The text of an input; nothing for a conversation. */
  static String text(TaskInput input) {
    return input instanceof TaskInput.Text text ? text.text() : "";
  }
}
