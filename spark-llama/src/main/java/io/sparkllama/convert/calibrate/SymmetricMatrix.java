package io.sparkllama.convert.calibrate;

/** Factors of symmetric positive definite matrices. */
final class SymmetricMatrix {

  private SymmetricMatrix() {}

  /**
   * The upper triangular U with {@code U^T U} the inverse of a matrix.
   *
   * <p>With J the reversal of order and {@code J A J = L L^T}, {@code A^-1 = U^T U} holds for
   * {@code U = J L^-1 J}: the inverse itself is never formed.
   */
  static double[][] upperFactorOfInverse(double[][] matrix) {
    double[][] lower = lowerFactor(reversed(matrix));
    return reversed(inverseOfLower(lower));
  }

  private static double[][] reversed(double[][] matrix) {
    int size = matrix.length;
    double[][] turned = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        turned[i][j] = matrix[size - 1 - i][size - 1 - j];
      }
    }
    return turned;
  }

  /** Cholesky: the lower triangular L with {@code L L^T} the matrix. */
  private static double[][] lowerFactor(double[][] matrix) {
    int size = matrix.length;
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = matrix[i][j] - dot(lower[i], lower[j], j);
        lower[i][j] = i == j ? Math.sqrt(Math.max(rest, Double.MIN_NORMAL)) : rest / lower[j][j];
      }
    }
    return lower;
  }

  /** By columns of the inverse held as rows, so that inner loops run along memory. */
  private static double[][] inverseOfLower(double[][] lower) {
    int size = lower.length;
    double[][] columns = new double[size][size];
    for (int j = 0; j < size; j++) {
      double[] column = columns[j];
      column[j] = 1 / lower[j][j];
      for (int i = j + 1; i < size; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum += lower[i][k] * column[k];
        }
        column[i] = -sum / lower[i][i];
      }
    }
    double[][] inverse = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        inverse[i][j] = columns[j][i];
      }
    }
    return inverse;
  }

  private static double dot(double[] a, double[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
