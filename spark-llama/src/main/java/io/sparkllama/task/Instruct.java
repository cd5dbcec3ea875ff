package io.sparkllama.task;

import java.util.Map;

/**
 * An instruction that is followed for many texts together.
 *
 * @param instruction in the words of the caller, not blank
 */
public record Instruct(String instruction) implements Writing {

  static final int ANSWER_TOKENS = 256;

  @Override
  public String name() {
    return "agg";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("instruction", instruction);
  }

  @Override
  public int answerTokens(int promptTokens) {
    return ANSWER_TOKENS;
  }

  @Override
  public Writing combining() {
    return new Combine(instruction);
  }
}
