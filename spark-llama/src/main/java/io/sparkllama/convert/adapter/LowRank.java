package io.sparkllama.convert.adapter;

import io.sparkllama.convert.weights.Matrix;

/**
 * An update {@code B A} of one module.
 *
 * @param down A, {@code [rank, columns]}
 * @param up B with the adapter's scale, {@code [rows, rank]}
 */
record LowRank(Matrix down, Matrix up) {

  int rank() {
    return down.rows();
  }
}
