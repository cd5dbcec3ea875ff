package io.sparkllama.task;

import java.util.Map;

/**
 * One answer made of answers to the same instruction, each of which knows a part of the texts.
 *
 * @param instruction as in {@link Instruct}
 */
public record Combine(String instruction) implements Writing {
  @Override
  public String name() {
    return "agg_combine";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("instruction", instruction);
  }

  @Override
  public int answerTokens(int promptTokens) {
    return Instruct.ANSWER_TOKENS;
  }
}
