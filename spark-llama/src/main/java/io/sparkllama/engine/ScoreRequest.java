package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/**
 * A prompt and the continuations whose likelihood is asked for.
 *
 * @param prompt token ids, at least one
 * @param labels continuations, each at least one id long
 */
public record ScoreRequest(Tokens prompt, List<Tokens> labels) {
  public ScoreRequest {
    labels = List.copyOf(labels);
  }
}
