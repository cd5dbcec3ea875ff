package io.sparkllama.convert.safetensors;

import java.util.List;

/**
 * Where a tensor lies.
 *
 * @param name name in the file
 * @param type how values are stored
 * @param shape sizes, the slowest varying first
 * @param offset first byte in the file
 */
public record TensorEntry(String name, ElementType type, List<Long> shape, long offset) {

  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Rows of a matrix; 1 for a vector. */
  public int rows() {
    return shape.size() == 1 ? 1 : Math.toIntExact(shape.get(0));
  }

  public int columns() {
    return Math.toIntExact(shape.get(shape.size() - 1));
  }

  /** Bytes of all values. */
  long bytes() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }
}
