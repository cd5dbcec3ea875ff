package io.sparkllama.convert.weights;

/** A weight {@code float[rows, columns]}: one row for each output, one column for each input. */
public interface Matrix {

  String name();

  int rows();

  int columns();

  /** Writes a row into {@code out}, from index 0. */
  void row(int row, float[] out);
}
