package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/**
 * A prompt to be continued.
 *
 * @param prompt token ids, at least one; taken as they are
 * @param maxTokens most tokens to generate, the stop id included; at least 1
 * @param sampling how each token is chosen
 * @param stopStrings texts that end the answer; they are not part of it
 */
public record GenerationRequest(
    Tokens prompt, int maxTokens, Sampling sampling, List<String> stopStrings) {

  public GenerationRequest {
    stopStrings = List.copyOf(stopStrings);
  }

  public static GenerationRequest greedy(Tokens prompt, int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, Sampling.GREEDY, List.of());
  }
}
