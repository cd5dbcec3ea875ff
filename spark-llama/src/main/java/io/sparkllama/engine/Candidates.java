package io.sparkllama.engine;

import java.util.Arrays;

/** Tokens that may come next, most likely first, with their probabilities. */
final class Candidates {

  // e^-30 is below what the sum of a vocabulary's probabilities can resolve.
  private static final double NEGLIGIBLE = 30;

  private final int[] tokens;
  private final double[] probabilities;
  private final int count;

  private Candidates(int[] tokens, double[] probabilities, int count) {
    this.tokens = tokens;
    this.probabilities = probabilities;
    this.count = count;
  }

  static Candidates of(float[] scores, double temperature) {
    float max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    long[] order = descending(scores, max - NEGLIGIBLE * temperature);
    int[] tokens = new int[order.length];
    double[] weights = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      tokens[i] = (int) order[i];
      weights[i] = Math.exp((scores[tokens[i]] - max) / temperature);
    }
    return new Candidates(tokens, weights, order.length).normalized();
  }

  /** Score in the high half, made to sort descending, and token in the low half, so ties too. */
  private static long[] descending(float[] scores, double least) {
    long[] order = new long[scores.length];
    int count = 0;
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] >= least) {
        int bits = Float.floatToIntBits(scores[token]);
        int ascending = bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
        order[count++] = Integer.toUnsignedLong(~ascending) << 32 | token;
      }
    }
    long[] kept = Arrays.copyOf(order, count);
    // Flipping the top bit makes signed order follow the unsigned keys.
    for (int i = 0; i < count; i++) {
      kept[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(kept);
    return kept;
  }

  Candidates topK(int k) {
    return k == 0 ? this : keep(Math.min(k, count));
  }

  /** The smallest set whose probabilities reach {@code p}. */
  Candidates topP(double p) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += probabilities[i];
      if (sum >= p) {
        return keep(i + 1);
      }
    }
    return this;
  }

  Candidates minP(double share) {
    int kept = 1;
    while (kept < count && probabilities[kept] >= share * probabilities[0]) {
      kept++;
    }
    return keep(kept);
  }

  /** The token at a point of the cumulative distribution, in [0, 1). */
  int pick(double point) {
    double sum = 0;
    for (int i = 0; i < count - 1; i++) {
      sum += probabilities[i];
      if (point < sum) {
        return tokens[i];
      }
    }
    return tokens[count - 1];
  }

  private Candidates keep(int newCount) {
    return newCount == count ? this : new Candidates(tokens, probabilities, newCount).normalized();
  }

  private Candidates normalized() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += probabilities[i];
    }
    double[] normalized = Arrays.copyOf(probabilities, count);
    for (int i = 0; i < count; i++) {
      normalized[i] /= sum;
    }
    return new Candidates(tokens, normalized, count);
  }
}
