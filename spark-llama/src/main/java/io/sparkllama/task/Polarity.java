package io.sparkllama.task;

import java.util.List;

/** The labels of sentiment. */
public enum Polarity {
  THREE("positive negative neutral"),
  /** With mixed, for texts that praise and blame. */
  FOUR("positive negative neutral mixed");

  static final String NEUTRAL = "neutral";

  private final String words;

  Polarity(String words) {
    this.words = words;
  }

  public List<String> labels() {
    return List.of(words.split(" "));
  }
}
