package io.sparkllama.engine;

import io.sparkllama.runtime.Likeliest;
import java.util.OptionalInt;

/**
 * Draws a token where the most likely ones decide, without the scores of all others. What the
 * others weigh is known within bounds; a choice is made where it is the same at both.
 */
final class LikelyChoice {

  private final Likeliest likeliest;
  private final Sampling sampling;

  /** Sums of the first weights: of none, of one, ... */
  private final double[] sums;

  /**
   * @param sampling with a temperature, without a repetition penalty
   */
  LikelyChoice(Likeliest likeliest, Sampling sampling) {
    this.likeliest = likeliest;
    this.sampling = sampling;
    this.sums = new double[likeliest.count() + 1];
    for (int i = 0; i < likeliest.count(); i++) {
      sums[i + 1] = sums[i] + weight(i);
    }
  }

  private double weight(int place) {
    return Math.exp(likeliest.score(place) / sampling.temperature());
  }

  /** What the tokens beside the likely ones weigh. */
  private record Rest(double least, double most) {
    private static final Rest NONE = new Rest(0, 0);
  }

  /**
   * @param point of the cumulative distribution, in [0, 1)
   * @return none where the other tokens' scores are needed
   */
  OptionalInt pick(double point) {
    int told = likeliest.count();
    if (sampling.topK() > 0 && sampling.topK() < told) {
      boolean cutAmongEquals = likeliest.score(sampling.topK() - 1) == likeliest.score(told - 1);
      return cutAmongEquals ? OptionalInt.empty() : topP(point, sampling.topK(), Rest.NONE);
    }
    double temperature = sampling.temperature();
    return topP(
        point,
        told,
        new Rest(likeliest.restAtLeast(temperature), likeliest.restAtMost(temperature)));
  }

  private OptionalInt topP(double point, int kept, Rest rest) {
    if (sampling.topP() == 1) {
      return minP(point, kept, rest);
    }
    int least = first(kept, sampling.topP() * (sums[kept] + rest.least));
    int most = first(kept, sampling.topP() * (sums[kept] + rest.most));
    return least == most && most <= kept ? minP(point, most, Rest.NONE) : OptionalInt.empty();
  }

  private OptionalInt minP(double point, int kept, Rest rest) {
    int likely = kept;
    while (likely > 1 && weight(likely - 1) < sampling.minP()) {
      likely--;
    }
    if (likely < kept) {
      return pick(point, likely, Rest.NONE);
    }
    // Of the others all may be below that share, or none.
    return pick(point, kept, sampling.minP() > 0 ? new Rest(0, rest.most) : rest);
  }

  private OptionalInt pick(double point, int kept, Rest rest) {
    int least = first(kept, Math.nextUp(point * (sums[kept] + rest.least)));
    int most = first(kept, Math.nextUp(point * (sums[kept] + rest.most)));
    return least == most && most <= kept
        ? OptionalInt.of(likeliest.token(most - 1))
        : OptionalInt.empty();
  }

  /** How many of the first tokens reach a sum; one more than there are where all do not. */
  private int first(int kept, double sum) {
    int count = 1;
    while (count <= kept && sums[count] < sum) {
      count++;
    }
    return count;
  }
}
