package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A prompt and the continuations whose likelihood is asked for.
 *
 * @param prompt token ids, at least one
 * @param labels continuations, each at least one id long
 * @param adapter file of the LoRA adapter to answer with, where one is wanted
 */
public record ScoreRequest(Tokens prompt, List<Tokens> labels, Optional<Path> adapter) {
  public ScoreRequest {
    labels = List.copyOf(labels);
  }

  /** Without an adapter. */
  public ScoreRequest(Tokens prompt, List<Tokens> labels) {
    this(prompt, labels, Optional.empty());
  }
}
