package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;

/** Chooses the next token of one row. */
sealed interface TokenChooser permits TokenChooser.Greedy, Sampler {

  int choose(Logits logits, int row);

  static TokenChooser of(GenerationRequest request) {
    Sampling sampling = request.sampling();
    return sampling.greedy() && sampling.repetitionPenalty() == 1
        ? new Greedy()
        : new Sampler(sampling, request.prompt());
  }

  /** The most likely token. */
  record Greedy() implements TokenChooser {
    @Override
    public int choose(Logits logits, int row) {
      return logits.argmax(row);
    }
  }
}
