package io.sparkllama.convert.weights;

/**
 * A weight over inputs of which each head is rotated alone.
 *
 * @param base the weight, {@code [rows, heads * head_size]}
 * @param rotation of one head
 */
record RotatedHeadInputs(Matrix base, Rotation rotation) implements DerivedMatrix {

  @Override
  public void row(int row, float[] out) {
    base.row(row, out);
    for (int head = 0; head < base.columns(); head += rotation.block()) {
      rotation.apply(out, head, 0);
    }
  }
}
