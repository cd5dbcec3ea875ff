package io.sparkllama.chat;

import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the turns of a conversation are answered.
 *
 * @param maxTokens most tokens of an answer, at least 1
 * @param sampling how each token is chosen
 * @param adapter file of the LoRA adapter to answer with, where one is wanted
 */
public record ChatOptions(int maxTokens, Sampling sampling, Optional<Path> adapter) {

  /** Greedy answers of at most 512 tokens. */
  public static final ChatOptions DEFAULTS =
      new ChatOptions(512, Sampling.GREEDY, Optional.empty());

  /**
   * @throws RequestException for less than one token
   */
  public ChatOptions {
    if (maxTokens < 1) {
      throw new RequestException(
          "Invalid number of tokens of an answer: found %d, expected at least 1. Change it."
              .formatted(maxTokens));
    }
  }

  public ChatOptions withMaxTokens(int tokens) {
    return new ChatOptions(tokens, sampling, adapter);
  }
}
