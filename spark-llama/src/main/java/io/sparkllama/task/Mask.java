package io.sparkllama.task;

import java.util.List;
import java.util.Map;

/**
 * The text with what it mentions of some kinds replaced by {@code [MASKED]}, and not otherwise
 * changed: the model lists the mentions, and those that stand in the text are replaced.
 *
 * @param labels kinds of mentions, such as person
 */
public record Mask(List<String> labels) implements Writing {
  public Mask {
    labels = List.copyOf(labels);
  }

  @Override
  public String name() {
    return "mask";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("labels", Wording.alternatives(labels));
  }

  @Override
  public int answerTokens(int promptTokens) {
    return promptTokens + 16;
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(Mentions.masked(TextAnswers.text(input), answers));
  }
}
