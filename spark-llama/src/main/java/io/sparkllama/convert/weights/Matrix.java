package io.sparkllama.convert.weights;

import java.util.stream.IntStream;

/**
 * A weight {@code float[rows, columns]}: one row for each output, one column for each input. Safe
 * for many threads.
 */
public interface Matrix {

  String name();

  int rows();

  int columns();

  /** Writes a row into {@code out}, from index 0. */
  void row(int row, float[] out);

  /** Rows {@code first ... first + count - 1} as new arrays, read on all processors. */
  default float[][] rows(int first, int count) {
    float[][] rows = new float[count][columns()];
    IntStream.range(0, count).parallel().forEach(i -> row(first + i, rows[i]));
    return rows;
  }
}
