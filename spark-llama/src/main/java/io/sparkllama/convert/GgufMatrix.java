package io.sparkllama.convert;

import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufTensor;
import io.sparkllama.convert.weights.Matrix;

/** A tensor as the file holds it. */
record GgufMatrix(GgufFile file, GgufTensor tensor) implements Matrix {

  @Override
  public String name() {
    return tensor.name();
  }

  @Override
  public int rows() {
    return tensor.rows();
  }

  @Override
  public int columns() {
    return tensor.columns();
  }

  @Override
  public void row(int row, float[] out) {
    file.row(tensor, row, out);
  }
}
