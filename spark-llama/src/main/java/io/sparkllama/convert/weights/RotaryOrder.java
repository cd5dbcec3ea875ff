package io.sparkllama.convert.weights;

/**
 * Query or key rows in the order of rotating halves. GGUF interleaves the two halves of each head's
 * rows; transformers, adapters and GroupQueryAttention keep them apart.
 *
 * @param base rows as the file interleaves them
 * @param headSize rows of one head
 */
public record RotaryOrder(Matrix base, int headSize) implements DerivedMatrix {

  @Override
  public void row(int row, float[] out) {
    int head = row / headSize;
    int within = row % headSize;
    int half = within / (headSize / 2);
    int pair = within % (headSize / 2);
    base.row(head * headSize + 2 * pair + half, out);
  }
}
