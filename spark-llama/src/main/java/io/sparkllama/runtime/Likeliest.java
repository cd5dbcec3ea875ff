package io.sparkllama.runtime;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The most likely tokens of a row, by descending score, the lower id first of equals, and how much
 * the others weigh together.
 */
public final class Likeliest {

  /**
   * Relative error of a vocabulary's sum in 32 bits at most: each addition errs by 6e-8, and
   * devices add in trees of some twenty levels.
   */
  private static final double ROUNDING = 1e-5;

  private final int[] tokens;
  private final float[] scores;
  private final double leastRest;
  private final double mostRest;
  private final int others;

  /**
   * @param first place of the row's first token and score
   * @param sum of the exponentials of all scores less the largest
   * @param others tokens of the vocabulary that are not told
   */
  public Likeliest(
      LongBuffer told, FloatBuffer toldScores, int first, int count, float sum, int others) {
    this.tokens = new int[count];
    this.scores = new float[count];
    this.others = others;
    double weights = 0;
    for (int i = 0; i < count; i++) {
      insert(i, (int) told.get(first + i), toldScores.get(first + i));
      weights += Math.exp(toldScores.get(first + i) - toldScores.get(first));
    }
    this.leastRest = others == 0 ? 0 : Math.max(0, sum * (1 - ROUNDING) - weights);
    this.mostRest = others == 0 ? 0 : Math.max(0, sum * (1 + ROUNDING) - weights);
  }

  /** Behind those that are likelier, or as likely with a lower id. */
  private void insert(int end, int token, float score) {
    int at = end;
    while (at > 0
        && (scores[at - 1] < score || (scores[at - 1] == score && tokens[at - 1] > token))) {
      tokens[at] = tokens[at - 1];
      scores[at] = scores[at - 1];
      at--;
    }
    tokens[at] = token;
    scores[at] = score;
  }

  /** How many are told. */
  public int count() {
    return tokens.length;
  }

  /** Whether these are all tokens. */
  public boolean complete() {
    return others == 0;
  }

  public int token(int place) {
    return tokens[place];
  }

  /** Score relative to the largest, so at most 0. */
  public double score(int place) {
    return (double) scores[place] - scores[0];
  }

  /**
   * At most this is the sum of {@code exp((score - largest) / temperature)} over all other tokens.
   */
  public double restAtMost(double temperature) {
    return temperature <= 1
        ? concentrated(mostRest, temperature)
        : Math.min(spread(mostRest, temperature), others * Math.exp(last() / temperature));
  }

  /** At least this is that sum. */
  public double restAtLeast(double temperature) {
    return temperature <= 1 ? spread(leastRest, temperature) : concentrated(leastRest, temperature);
  }

  /** As if all that the others weigh were in tokens as likely as the last one that is told. */
  private double concentrated(double rest, double temperature) {
    return rest * Math.exp(last() * (1 / temperature - 1));
  }

  /** As if the others weighed the same, which by Jensen's inequality is the other extreme. */
  private double spread(double rest, double temperature) {
    return others == 0 ? 0 : others * Math.pow(rest / others, 1 / temperature);
  }

  /** None of the others has a higher score. */
  private double last() {
    return score(count() - 1);
  }
}
