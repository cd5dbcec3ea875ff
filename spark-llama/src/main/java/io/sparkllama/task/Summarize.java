package io.sparkllama.task;

import java.util.Map;

/**
 * A summary.
 *
 * @param maxWords words that the prompt allows, at least 1
 */
public record Summarize(int maxWords) implements Writing {
  @Override
  public String name() {
    return "summarize";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("max_words", Integer.toString(maxWords));
  }

  @Override
  public boolean condenses() {
    return true;
  }

  /** A word is one to two tokens in the languages of Llama 3. */
  @Override
  public int answerTokens(int promptTokens) {
    return 2 * maxWords + 16;
  }
}
