package io.sparkllama.convert.weights;

/**
 * Query or key rows in the order of rotating halves. GGUF interleaves the two halves of each head's
 * rows; transformers, adapters and GroupQueryAttention keep them apart.
 *
 * @param source rows as the file interleaves them
 * @param headSize rows of one head
 */
public record RotaryOrder(Matrix source, int headSize) implements Matrix {

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int rows() {
    return source.rows();
  }

  @Override
  public int columns() {
    return source.columns();
  }

  @Override
  public void row(int row, float[] out) {
    int head = row / headSize;
    int within = row % headSize;
    int half = within / (headSize / 2);
    int pair = within % (headSize / 2);
    source.row(head * headSize + 2 * pair + half, out);
  }
}
