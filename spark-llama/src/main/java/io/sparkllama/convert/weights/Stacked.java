package io.sparkllama.convert.weights;

import java.util.List;

/**
 * Matrices over the same inputs, one above the other: several products in one.
 *
 * @param name name of the whole
 * @param parts from the top
 */
public record Stacked(String name, List<Matrix> parts) implements Matrix {

  public Stacked {
    parts = List.copyOf(parts);
  }

  @Override
  public int rows() {
    return parts.stream().mapToInt(Matrix::rows).sum();
  }

  @Override
  public int columns() {
    return parts.get(0).columns();
  }

  @Override
  public void row(int row, float[] out) {
    int within = row;
    for (Matrix part : parts) {
      if (within < part.rows()) {
        part.row(within, out);
        return;
      }
      within -= part.rows();
    }
    throw new IndexOutOfBoundsException(row);
  }
}
