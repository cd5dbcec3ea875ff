package io.sparkllama.convert.gguf;

import java.util.List;

/**
 * Where a tensor lies.
 *
 * @param name name in the file
 * @param type how values are stored
 * @param shape sizes, the fastest varying first: a matrix is {@code [columns, rows]}
 * @param offset first byte in the file
 * @param bytes bytes of all values
 */
public record GgufTensor(String name, TensorType type, List<Long> shape, long offset, long bytes) {

  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Values in one row. */
  public int columns() {
    return Math.toIntExact(shape.get(0));
  }

  /** Rows; 1 for a vector. */
  public int rows() {
    return shape.size() == 1 ? 1 : Math.toIntExact(shape.get(1));
  }
}
