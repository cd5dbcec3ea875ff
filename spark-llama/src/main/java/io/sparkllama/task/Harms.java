package io.sparkllama.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a text does harm in one way: yes or no. A package's own prompt {@code moderate} is the
 * place for the words that a model was trained to be asked with.
 */
public record Harms(Hazard hazard) implements Choice {

  static final String NAME = "moderate";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> labels() {
    return List.of(Filter.YES, Filter.NO);
  }

  @Override
  public List<String> wordings() {
    return Filter.WORDINGS;
  }

  @Override
  public double calibration() {
    return 1;
  }

  @Override
  public Optional<String> blank() {
    return Optional.of(Filter.NO);
  }

  /** One bad page makes a bad book. */
  @Override
  public Parts parts() {
    return Parts.ANY;
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("category", hazard.label(), "hazard", hazard.description());
  }
}
