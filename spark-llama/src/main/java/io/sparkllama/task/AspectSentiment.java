package io.sparkllama.task;

/**
 * A part of what a text is about, and what the text thinks of it.
 *
 * @param aspect as the answer names it
 * @param sentiment {@code positive}, {@code negative} or {@code neutral}
 */
public record AspectSentiment(String aspect, String sentiment) {

  /** Leaves the content out: answers stay out of logs. */
  @Override
  public String toString() {
    return "AspectSentiment";
  }
}
