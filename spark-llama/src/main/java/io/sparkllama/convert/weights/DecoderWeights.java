package io.sparkllama.convert.weights;

/** All weights of a Llama decoder by their place; {@code [rows, columns]} as in transformers. */
public interface DecoderWeights extends LayerNorms {

  LlamaShape shape();

  Matrix embedding();

  Matrix head();

  /** Whether the head is the embedding. */
  boolean tied();

  float[] finalNorm();

  Matrix query(int layer);

  Matrix key(int layer);

  Matrix value(int layer);

  Matrix attentionOutput(int layer);

  Matrix gate(int layer);

  Matrix up(int layer);

  Matrix down(int layer);
}
