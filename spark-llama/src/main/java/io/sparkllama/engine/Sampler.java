package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Draws tokens by their probability: repetition penalty, temperature, top-k, top-p, min-p, in this
 * order. Random numbers come from the seed and the prompt, so a row draws the same wherever it
 * runs.
 */
final class Sampler implements TokenChooser {

  private final Sampling sampling;
  private final SplittableRandom random;
  private final BitSet seen = new BitSet();

  Sampler(Sampling sampling, Tokens prompt) {
    this.sampling = sampling;
    this.random = new SplittableRandom(mix(sampling.seed(), prompt));
    prompt.stream().forEach(seen::set);
  }

  @Override
  public int choose(Logits logits, int row) {
    double point = random.nextDouble();
    OptionalInt likely = likely(logits, row, point);
    return likely.isPresent() ? chosen(likely.getAsInt()) : choose(logits.row(row), point);
  }

  /** A penalty changes the order, so it needs all scores. */
  private OptionalInt likely(Logits logits, int row, double point) {
    return sampling.greedy() || sampling.repetitionPenalty() != 1
        ? OptionalInt.empty()
        : logits.likeliest(row).stream()
            .flatMapToInt(told -> new LikelyChoice(told, sampling).pick(point).stream())
            .findFirst();
  }

  /**
   * @param scores of all tokens, minus infinity for those that may not be drawn; changed
   */
  int choose(float[] scores) {
    return choose(scores, random.nextDouble());
  }

  private int choose(float[] scores, double point) {
    penalize(scores);
    Candidates candidates =
        sampling.greedy()
            ? Candidates.of(scores, 1).topK(1)
            : Candidates.of(scores, sampling.temperature())
                .topK(sampling.topK())
                .topP(sampling.topP())
                .minP(sampling.minP());
    return chosen(candidates.pick(point));
  }

  private int chosen(int token) {
    seen.set(token);
    return token;
  }

  /** Divides positive and multiplies negative scores, as in the CTRL paper (arXiv 1909.05858). */
  private void penalize(float[] scores) {
    float penalty = (float) sampling.repetitionPenalty();
    if (penalty != 1) {
      seen.stream()
          .forEach(id -> scores[id] = scores[id] > 0 ? scores[id] / penalty : scores[id] * penalty);
    }
  }

  private static long mix(long seed, Tokens prompt) {
    long hash = seed ^ 0x9E3779B97F4A7C15L;
    for (int i = 0; i < prompt.length(); i++) {
      hash = (hash ^ prompt.at(i)) * 0x100000001B3L;
    }
    return hash;
  }
}
