package io.sparkllama.engine;

import io.sparkllama.constraint.Constraint;
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
 * @param constraint what the answer must look like, where that is given; not together with stop
 *     strings or {@link Ending#FULL_LENGTH}. Every answer is then complete: the tokens that are
 *     left decide how it goes on, and a request with too few for any answer is refused
 */
public record GenerationRequest(
    Tokens prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stopStrings,
    Ending ending,
    Optional<Path> adapter,
    Optional<Constraint> constraint) {

  public GenerationRequest {
    stopStrings = List.copyOf(stopStrings);
  }

  /** Ends naturally, without an adapter and a constraint. */
  public GenerationRequest(
      Tokens prompt, int maxTokens, Sampling sampling, List<String> stopStrings) {
    this(
        prompt,
        maxTokens,
        sampling,
        stopStrings,
        Ending.NATURAL,
        Optional.empty(),
        Optional.empty());
  }

  public GenerationRequest withAdapter(Path file) {
    return new GenerationRequest(
        prompt, maxTokens, sampling, stopStrings, ending, Optional.of(file), constraint);
  }

  public GenerationRequest withEnding(Ending newEnding) {
    return new GenerationRequest(
        prompt, maxTokens, sampling, stopStrings, newEnding, adapter, constraint);
  }

  public GenerationRequest withConstraint(Constraint newConstraint) {
    return new GenerationRequest(
        prompt, maxTokens, sampling, stopStrings, ending, adapter, Optional.of(newConstraint));
  }

  public static GenerationRequest greedy(Tokens prompt, int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, Sampling.GREEDY, List.of());
  }
}
