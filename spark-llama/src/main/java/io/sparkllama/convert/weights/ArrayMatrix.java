package io.sparkllama.convert.weights;

/**
 * A small weight in memory.
 *
 * @param values {@code [rows][columns]}, at least one row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ArrayMatrix(String name, float[][] values) implements Matrix {

  @Override
  public int rows() {
    return values.length;
  }

  @Override
  public int columns() {
    return values[0].length;
  }

  @Override
  public void row(int row, float[] out) {
    System.arraycopy(values[row], 0, out, 0, values[row].length);
  }
}
