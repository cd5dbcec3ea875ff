package io.sparkllama.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ekman's six emotions, and neutral for a text without one. */
public record Emotion() implements Choice {

  public static final List<String> LABELS =
      List.of("anger", "disgust", "fear", "joy", "sadness", "surprise", Polarity.NEUTRAL);

  @Override
  public String name() {
    return "emotions";
  }

  @Override
  public List<String> labels() {
    return LABELS;
  }

  @Override
  public double calibration() {
    return 0.5;
  }

  @Override
  public Optional<String> blank() {
    return Optional.of(Polarity.NEUTRAL);
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("labels", Wording.alternatives(LABELS));
  }
}
