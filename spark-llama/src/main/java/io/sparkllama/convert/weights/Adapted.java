package io.sparkllama.convert.weights;

/**
 * A weight with a low-rank update added: {@code W + scale B A}.
 *
 * @param base W, {@code [rows, columns]}
 * @param up B, {@code [rows][rank]}
 * @param down A, {@code [rank][columns]}
 * @param scale alpha over rank
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying weights would cost memory
public record Adapted(Matrix base, float[][] up, float[][] down, float scale)
    implements DerivedMatrix {

  @Override
  public void row(int row, float[] out) {
    base.row(row, out);
    for (int rank = 0; rank < down.length; rank++) {
      float factor = scale * up[row][rank];
      float[] direction = down[rank];
      for (int i = 0; i < direction.length; i++) {
        out[i] += factor * direction[i];
      }
    }
  }
}
