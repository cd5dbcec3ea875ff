package io.sparkllama.task;

import java.util.List;

/** The language of a text, as ISO 639-1 code: one of {@link Languages}. */
public record DetectLanguage() implements Choice {

  @Override
  public String name() {
    return "detect_language";
  }

  @Override
  public List<String> labels() {
    return Languages.codes();
  }

  @Override
  public List<String> wordings() {
    return Languages.names();
  }

  @Override
  public double calibration() {
    return 0.5;
  }
}
