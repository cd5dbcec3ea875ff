package io.sparkllama.task;

import java.util.List;

/**
 * For each of some labels, how likely it is to fit the text: any number may. Each is a question of
 * its own, so the probabilities do not sum to 1. The answer is a {@link Value.Scores}.
 *
 * @param choices at least one, of distinct names
 */
public record Tagging(List<Label> choices) implements Task {
  public Tagging {
    choices = List.copyOf(choices);
  }

  @Override
  public String name() {
    return "tagging";
  }
}
