package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A prompt to be continued.
 *
 * @param prompt token ids, at least one; taken as they are
 * @param maxTokens most tokens to generate, the stop id included; at least 1
 * @param sampling how each token is chosen
 * @param stopStrings texts that end the answer; they are not part of it
 * @param adapter file of the LoRA adapter to answer with, where one is wanted
 */
public record GenerationRequest(
    Tokens prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stopStrings,
    Optional<Path> adapter) {

  public GenerationRequest {
    stopStrings = List.copyOf(stopStrings);
  }

  /** Without an adapter. */
  public GenerationRequest(
      Tokens prompt, int maxTokens, Sampling sampling, List<String> stopStrings) {
    this(prompt, maxTokens, sampling, stopStrings, Optional.empty());
  }

  public GenerationRequest withAdapter(Path file) {
    return new GenerationRequest(prompt, maxTokens, sampling, stopStrings, Optional.of(file));
  }

  public static GenerationRequest greedy(Tokens prompt, int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, Sampling.GREEDY, List.of());
  }
}
