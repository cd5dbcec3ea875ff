package io.sparkllama.convert.calibrate;

import java.util.stream.IntStream;

/**
 * Makes later weights of a row answer for the rounding errors of earlier ones, so that the product
 * over typical inputs changes least. The method is GPTQ (Frantar and others, 2022) with the inputs'
 * correlations taken within groups: with {@code U} the upper Cholesky factor of their inverse, the
 * error {@code e} of weight j is spread as {@code w[k] -= e / U[j][j] * U[j][k]} over k after j.
 */
public final class ErrorFeedback {

  /** Share of the mean square that is added to each input's, so that the inverse exists. */
  private static final double DAMPING = 0.01;

  private final float[][][] factors;
  private final float[] importance;
  private final int size;

  private ErrorFeedback(float[][][] factors, float[] importance, int size) {
    this.factors = factors;
    this.importance = importance;
    this.size = size;
  }

  public static ErrorFeedback of(InputStatistics statistics) {
    int size = statistics.size();
    float[][][] factors = new float[statistics.groups()][][];
    float[] importance = new float[statistics.groups() * size];
    IntStream.range(0, factors.length)
        .parallel()
        .forEach(
            group -> {
              double[][] sums = statistics.group(group);
              damp(sums);
              for (int i = 0; i < size; i++) {
                importance[group * size + i] = (float) sums[i][i];
              }
              factors[group] = normalized(SymmetricMatrix.upperFactorOfInverse(sums));
            });
    return new ErrorFeedback(factors, importance, size);
  }

  /** Mean square of each input, up to a factor that all share. */
  public float[] importance() {
    return importance;
  }

  /** Spreads the error of weight {@code at} of a row over the weights after it. */
  public void spread(float[] row, int at, float error) {
    int group = at / size;
    int within = at % size;
    int start = group * size;
    float[] factor = factors[group][within];
    for (int k = within + 1; k < size; k++) {
      row[start + k] -= error * factor[k];
    }
  }

  private static void damp(double[][] sums) {
    double mean = IntStream.range(0, sums.length).mapToDouble(i -> sums[i][i]).average().orElse(0);
    double added = mean > 0 ? DAMPING * mean : 1;
    for (int i = 0; i < sums.length; i++) {
      sums[i][i] += added;
    }
  }

  /** Rows over their diagonal, which is all that spreading needs. */
  private static float[][] normalized(double[][] upper) {
    float[][] rows = new float[upper.length][upper.length];
    for (int i = 0; i < upper.length; i++) {
      for (int k = i + 1; k < upper.length; k++) {
        rows[i][k] = (float) (upper[i][k] / upper[i][i]);
      }
    }
    return rows;
  }
}
