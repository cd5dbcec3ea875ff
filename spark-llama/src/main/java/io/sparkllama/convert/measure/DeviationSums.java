package io.sparkllama.convert.measure;

import io.sparkllama.model.Deviation;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Adds positions up. Safe for many threads. */
final class DeviationSums {

  private final LongAdder tokens = new LongAdder();
  private final LongAdder agreed = new LongAdder();
  private final DoubleAdder divergence = new DoubleAdder();
  private final DoubleAdder surprise = new DoubleAdder();
  private final DoubleAdder referenceSurprise = new DoubleAdder();

  /**
   * @param expected the reference's logits
   * @param found the model's logits
   * @param next the token that the text goes on with
   */
  void add(float[] expected, float[] found, int next) {
    int expectedBest = best(expected);
    int foundBest = best(found);
    double expectedNorm = logSum(expected, expected[expectedBest]);
    double foundNorm = logSum(found, found[foundBest]);
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double log = expected[i] - expectedNorm;
      sum += Math.exp(log) * (log - (found[i] - foundNorm));
    }
    tokens.increment();
    divergence.add(sum);
    referenceSurprise.add(expectedNorm - expected[next]);
    surprise.add(foundNorm - found[next]);
    if (expectedBest == foundBest) {
      agreed.increment();
    }
  }

  Deviation deviation() {
    long count = tokens.sum();
    return new Deviation(
        count,
        divergence.sum() / count,
        agreed.sum() / (double) count,
        Math.exp(surprise.sum() / count),
        Math.exp(referenceSurprise.sum() / count));
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double logSum(float[] logits, float max) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }
}
