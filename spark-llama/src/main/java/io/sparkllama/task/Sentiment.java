package io.sparkllama.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Polarity of a text.
 *
 * @param scale the labels
 */
public record Sentiment(Polarity scale) implements Choice {

  /** Positive, negative and neutral. */
  public Sentiment() {
    this(Polarity.THREE);
  }

  @Override
  public String name() {
    return "sentiment";
  }

  @Override
  public List<String> labels() {
    return scale.labels();
  }

  @Override
  public double calibration() {
    return 0;
  }

  @Override
  public Optional<String> blank() {
    return Optional.of(Polarity.NEUTRAL);
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("labels", Wording.alternatives(labels()));
  }
}
