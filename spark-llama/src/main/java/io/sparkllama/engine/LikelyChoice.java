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
    int topK = sampling.topK();
    if (topK > 0 && topK <= told) {
      return topP(point, topK, Rest.NONE);
    }
    double most = likeliest.restAtMost(sampling.temperature());
    // Of the others a cut may leave out any share.
    double least = topK > 0 ? 0 : likeliest.restAtLeast(sampling.temperature());
    return topP(point, told, new Rest(least, most));
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
    return least == most && most <= kept && known(most - 1)
        ? OptionalInt.of(likeliest.token(most - 1))
        : OptionalInt.empty();
  }

  /** Of tokens that are as likely as the last one, some of lower ids may not have been told. */
  private boolean known(int place) {
    return likeliest.complete() || likeliest.score(place) > likeliest.score(likeliest.count() - 1);
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
