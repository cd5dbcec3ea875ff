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
 * @param ending whether a stop id ends the answer
 * @param adapter file of the LoRA adapter to answer with, where one is wanted
 */
public record GenerationRequest(
    Tokens prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stopStrings,
    Ending ending,
    Optional<Path> adapter) {

  public GenerationRequest {
    stopStrings = List.copyOf(stopStrings);
  }

  /** Ends naturally, without an adapter. */
  public GenerationRequest(
      Tokens prompt, int maxTokens, Sampling sampling, List<String> stopStrings) {
    this(prompt, maxTokens, sampling, stopStrings, Ending.NATURAL, Optional.empty());
  }

  public GenerationRequest withAdapter(Path file) {
    return new GenerationRequest(
        prompt, maxTokens, sampling, stopStrings, ending, Optional.of(file));
  }

  public GenerationRequest withEnding(Ending newEnding) {
    return new GenerationRequest(prompt, maxTokens, sampling, stopStrings, newEnding, adapter);
  }

  public static GenerationRequest greedy(Tokens prompt, int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, Sampling.GREEDY, List.of());
  }
}
