package io.sparkllama.task;

import java.util.List;
import java.util.Map;

/**
 * One of the caller's labels.
 *
 * @param choices at least two, of distinct names
 */
public record Classify(List<Label> choices) implements Choice {
  public Classify {
    choices = List.copyOf(choices);
  }

  @Override
  public String name() {
    return choices.stream().allMatch(label -> label.description().isEmpty())
        ? "classify"
        : "classify_described";
  }

  @Override
  public List<String> labels() {
    return choices.stream().map(Label::name).toList();
  }

  @Override
  public double calibration() {
    return 0.5;
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of(
        "labels", Wording.alternatives(labels()), "descriptions", Wording.described(choices));
  }
}
