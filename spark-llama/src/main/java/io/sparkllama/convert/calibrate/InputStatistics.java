package io.sparkllama.convert.calibrate;

import java.nio.FloatBuffer;

/**
 * Sums over tokens of the products of each two inputs, in groups: {@code float[groups, size,
 * size]}.
 *
 * @param values the sums, outside of the Java heap
 * @param groups number of groups
 * @param size inputs of a group
 */
public record InputStatistics(FloatBuffer values, int groups, int size) {

  /** The share that the largest input has in the energy of all. */
  public double largestShare() {
    double sum = 0;
    double largest = 0;
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < size; i++) {
        double square = values.get((group * size + i) * size + i);
        sum += square;
        largest = Math.max(largest, square);
      }
    }
    return sum == 0 ? 0 : largest / sum;
  }

  /** The sums of one group. */
  double[][] group(int group) {
    double[][] sums = new double[size][size];
    float[] row = new float[size];
    for (int i = 0; i < size; i++) {
      values.get((group * size + i) * size, row);
      for (int j = 0; j < size; j++) {
        sums[i][j] = row[j];
      }
    }
    return sums;
  }
}
