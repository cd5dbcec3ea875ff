package io.sparkllama.convert.weights;

/** For packages that have kept their norms: nobody asks for them. */
public final class NoNorms implements LayerNorms {

  @Override
  public float[] attentionNorm(int layer) {
    throw new IllegalStateException("the package has its norms in its graph");
  }

  @Override
  public float[] feedForwardNorm(int layer) {
    throw new IllegalStateException("the package has its norms in its graph");
  }
}
