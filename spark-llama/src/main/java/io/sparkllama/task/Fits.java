package io.sparkllama.task;

import java.util.List;
import java.util.Map;

/**
 * Whether one label fits a text: yes or no. The text comes first in its prompt, so that many labels
 * share what the engine has read of it.
 */
public record Fits(Label label) implements Choice {

  static final String NAME = "fits";

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
  public Map<String, String> placeholders() {
    return Map.of("label", Wording.described(label));
  }
}
