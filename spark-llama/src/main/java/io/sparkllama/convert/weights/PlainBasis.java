package io.sparkllama.convert.weights;

/** Changes nothing. */
final class PlainBasis implements Basis {

  @Override
  public Matrix inputs(int layer, String module, Matrix weight) {
    return weight;
  }

  @Override
  public Matrix outputs(int layer, String module, Matrix weight) {
    return weight;
  }
}
