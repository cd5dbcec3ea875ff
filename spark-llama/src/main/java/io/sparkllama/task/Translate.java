package io.sparkllama.task;

import java.util.List;
import java.util.Map;

/**
 * A translation.
 *
 * @param language ISO 639-1 code or English name of the target language
 */
public record Translate(String language) implements Writing {
  @Override
  public String name() {
    return "translate";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("language", Languages.require(language).name());
  }

  /** A translation grows by at most half. */
  @Override
  public int answerTokens(int promptTokens) {
    return promptTokens + promptTokens / 2 + 16;
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(TextAnswers.alike(answers, input));
  }
}
