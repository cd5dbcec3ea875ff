package io.sparkllama.convert.calibrate;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes later weights of a row answer for the rounding errors of earlier ones, so that the product
 * over typical inputs changes least. The method is GPTQ (Frantar and others, 2022) with the inputs'
 * correlations taken within groups: with {@code U} the upper Cholesky factor of their inverse, the
 * error {@code e} of weight j is spread as {@code w[k] -= e / U[j][j] * U[j][k]} over k after j.
 */
public final class ErrorFeedback {

  /** Share of the mean square that is added to each input's, so that the inverse exists. */
  private static final double DAMPING = Double.parseDouble(System.getProperty("damp", "0.01"));

  private final List<Group> groups;
  private final float[] importance;

  /**
   * @param order inputs of the group, the most important first: errors made early have most weights
   *     left to answer for them
   * @param factor in this order, rows over their diagonal, which is all that spreading needs
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Group(int[] order, float[][] factor) {}

  /** Stores one weight of a row. */
  @FunctionalInterface
  public interface Rounding {

    /**
     * @param at index in the row
     * @param value what the weight has become
     * @return the value that it is stored as
     */
    float store(int at, float value);
  }

  private ErrorFeedback(List<Group> groups, float[] importance) {
    this.groups = groups;
    this.importance = importance;
  }

  public static ErrorFeedback of(InputStatistics statistics) {
    float[] importance = new float[statistics.groups() * statistics.size()];
    List<Group> groups =
        IntStream.range(0, statistics.groups())
            .parallel()
            .mapToObj(group -> group(statistics, group, importance))
            .toList();
    return new ErrorFeedback(groups, importance);
  }

  private static Group group(InputStatistics statistics, int index, float[] importance) {
    double[][] sums = statistics.group(index);
    damp(sums);
    int size = sums.length;
    for (int i = 0; i < size; i++) {
      importance[index * size + i] = (float) sums[i][i];
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -sums[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] ordered = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        ordered[i][j] = sums[order[i]][order[j]];
      }
    }
    return new Group(order, normalized(SymmetricMatrix.upperFactorOfInverse(ordered)));
  }

  /** Mean square of each input, up to a factor that all share. */
  public float[] importance() {
    return importance;
  }

  /** Stores all weights of a row, each as it has become by the errors of those before. */
  public void round(float[] row, Rounding rounding) {
    int size = importance.length / groups.size();
    float[] values = new float[size];
    for (int index = 0; index < groups.size(); index++) {
      Group group = groups.get(index);
      int start = index * size;
      for (int i = 0; i < size; i++) {
        values[i] = row[start + group.order[i]];
      }
      for (int i = 0; i < size; i++) {
        float error = values[i] - rounding.store(start + group.order[i], values[i]);
        if (error != 0) {
          spread(values, i, error, group.factor[i]);
        }
      }
    }
  }

  private static void spread(float[] values, int at, float error, float[] factor) {
    for (int k = at + 1; k < values.length; k++) {
      values[k] -= error * factor[k];
    }
  }

  private static void damp(double[][] sums) {
    double mean = IntStream.range(0, sums.length).mapToDouble(i -> sums[i][i]).average().orElse(0);
    double added = mean > 0 ? DAMPING * mean : 1;
    for (int i = 0; i < sums.length; i++) {
      sums[i][i] += added;
    }
  }

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
