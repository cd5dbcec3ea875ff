package io.sparkllama.convert.weights;

import java.util.Arrays;
import java.util.Optional;

/** The same decoder over rotated hidden states: it gives the same logits. */
public final class RotatedWeights implements DecoderWeights {

  /**
   * Rotated states are as good as normally distributed, and a norm makes their variance 1. To cut
   * them here loses as little as the steps of 8 bits between.
   */
  private static final float LARGEST_NORMED = 3.5f;

  private final DecoderWeights base;
  private final RotatedBasis basis;

  public RotatedWeights(DecoderWeights base) {
    this.base = base;
    this.basis = new RotatedBasis(base.shape().architecture(), base);
  }

  @Override
  public LlamaShape shape() {
    return base.shape();
  }

  @Override
  public Matrix embedding() {
    return basis.inputs(base.embedding(), ones());
  }

  @Override
  public Matrix head() {
    return basis.inputs(base.head(), base.finalNorm());
  }

  @Override
  public Optional<Float> largestNormed() {
    return basis.spreadsAll() ? Optional.of(LARGEST_NORMED) : Optional.empty();
  }

  /** The head has the last norm's scales, and the embedding has not. */
  @Override
  public boolean tied() {
    return false;
  }

  @Override
  public float[] finalNorm() {
    return ones();
  }

  @Override
  public float[] attentionNorm(int layer) {
    return ones();
  }

  @Override
  public float[] feedForwardNorm(int layer) {
    return ones();
  }

  @Override
  public Matrix query(int layer) {
    return rotated(layer, "q_proj", base.query(layer));
  }

  @Override
  public Matrix key(int layer) {
    return rotated(layer, "k_proj", base.key(layer));
  }

  @Override
  public Matrix value(int layer) {
    return rotated(layer, "v_proj", base.value(layer));
  }

  @Override
  public Matrix attentionOutput(int layer) {
    return rotated(layer, "o_proj", base.attentionOutput(layer));
  }

  @Override
  public Matrix gate(int layer) {
    return rotated(layer, "gate_proj", base.gate(layer));
  }

  @Override
  public Matrix up(int layer) {
    return rotated(layer, "up_proj", base.up(layer));
  }

  @Override
  public Matrix down(int layer) {
    return rotated(layer, "down_proj", base.down(layer));
  }

  private Matrix rotated(int layer, String module, Matrix weight) {
    return basis.outputs(layer, module, basis.inputs(layer, module, weight));
  }

  private float[] ones() {
    float[] ones = new float[base.shape().architecture().hiddenSize()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
