package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;

/**
 * A finished answer.
 *
 * @param text the decoded answer, without the stop id and without a stop string; under a constraint
 *     one of its texts
 * @param tokens the generated ids, the stop id included where one ended the answer
 * @param finishReason why it ended
 * @param promptTokens tokens of the prompt
 * @param reusedTokens those of them whose keys and values another prompt had left
 */
public record Generation(
    String text, Tokens tokens, FinishReason finishReason, int promptTokens, int reusedTokens) {

  public int generatedTokens() {
    return tokens.length();
  }

  /** Leaves the text out: answers stay out of logs. */
  @Override
  public String toString() {
    return "Generation[" + finishReason + ", " + promptTokens + " + " + generatedTokens() + "]";
  }
}
