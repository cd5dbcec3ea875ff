package io.sparkllama.convert.weights;

/**
 * A weight over rotated inputs, with the scale of the norm before it folded in.
 *
 * @param base the weight
 * @param norm what each input was multiplied with before
 * @param rotation of the inputs; a shorter one repeats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RotatedInputs(Matrix base, float[] norm, Rotation rotation) implements DerivedMatrix {

  @Override
  public void row(int row, float[] out) {
    base.row(row, out);
    for (int i = 0; i < norm.length; i++) {
      out[i] *= norm[i];
    }
    rotation.apply(out);
  }
}
