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

  /**
   * @param point of the cumulative distribution, in [0, 1)
   * @return none where the other tokens' scores are needed
   */
  OptionalInt pick(double point) {
    double rest = likeliest.restAtMost(sampling.temperature());
    int told = likeliest.count();
    int kept = sampling.topK() > 0 && sampling.topK() < told ? sampling.topK() : told;
    boolean cut = kept < told;
    if (cut && likeliest.score(kept - 1) == likeliest.score(told - 1)) {
      return OptionalInt.empty();
    }
    rest = cut ? 0 : rest;
    if (sampling.topP() < 1) {
      int least = first(kept, sampling.topP() * sums[kept]);
      int most = first(kept, sampling.topP() * (sums[kept] + rest));
      if (least != most || most > kept) {
        return OptionalInt.empty();
      }
      kept = least;
      rest = 0;
    }
    return pick(point, kept, rest);
  }

  private OptionalInt pick(double point, int kept, double rest) {
    int likely = kept;
    while (likely > 1 && weight(likely - 1) < sampling.minP()) {
      likely--;
    }
    double others = likely < kept ? 0 : rest;
    int place = first(likely, Math.nextUp(point * sums[likely]));
    boolean decided = place == first(likely, Math.nextUp(point * (sums[likely] + others)));
    return decided && place <= likely
        ? OptionalInt.of(likeliest.token(place - 1))
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
