package io.sparkllama.convert.weights;

import java.util.Optional;

/** All weights of a Llama decoder by their place; {@code [rows, columns]} as in transformers. */
public interface DecoderWeights extends LayerNorms {

  LlamaShape shape();

  Matrix embedding();

  Matrix head();

  /** Whether the head is the embedding. */
  boolean tied();

  float[] finalNorm();

  /**
   * Magnitude that the values behind a norm hardly ever exceed, whatever the text; empty where
   * nothing bounds them.
   */
  default Optional<Float> largestNormed() {
    return Optional.empty();
  }

  Matrix query(int layer);

  Matrix key(int layer);

  Matrix value(int layer);

  Matrix attentionOutput(int layer);

  Matrix gate(int layer);

  Matrix up(int layer);

  Matrix down(int layer);
}
