package io.sparkllama.convert.weights;

/** The scales of a layer's norms as the checkpoint has them. */
public interface LayerNorms {

  float[] attentionNorm(int layer);

  float[] feedForwardNorm(int layer);
}
