package io.sparkllama.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a text meets a condition: yes or no.
 *
 * @param condition a statement about the text
 */
public record Filter(String condition) implements Choice {

  public static final String YES = "yes";
  public static final String NO = "no";

  static final List<String> WORDINGS = List.of("Yes", "No");

  @Override
  public String name() {
    return "filter";
  }

  @Override
  public List<String> labels() {
    return List.of(YES, NO);
  }

  @Override
  public List<String> wordings() {
    return WORDINGS;
  }

  @Override
  public double calibration() {
    return 1;
  }

  @Override
  public Optional<String> blank() {
    return Optional.of(NO);
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("condition", condition);
  }
}
