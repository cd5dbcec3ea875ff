package io.sparkllama.task;

import java.util.List;
import java.util.regex.Pattern;

/** Lists in answers, whatever marks their lines. */
final class AnswerLines {

  private static final Pattern MARK =
      Pattern.compile("^(?:[-*\u2022\u2013]\\s+|\\d{1,3}[.)]\\s+|>\\s+)+");

  private AnswerLines() {}

  /** Lines without bullets, numbers and emphasis; empty ones and fences left out. */
  static List<String> of(String answer) {
    return answer
        .lines()
        .map(line -> MARK.matcher(line.strip()).replaceFirst("").replace("**", "").strip())
        .filter(line -> !line.isEmpty() && !line.startsWith("```"))
        .toList();
  }
}
