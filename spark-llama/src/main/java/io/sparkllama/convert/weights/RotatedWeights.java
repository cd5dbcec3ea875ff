package io.sparkllama.convert.weights;

import java.util.Arrays;

/**
 * The same decoder in another basis: hidden states are rotated as a whole, and the values of each
 * head alone. Norms lose their scales to the weights behind them, because a rotation does not pass
 * through a scale; a norm without scales only sees the length, which stays.
 */
public final class RotatedWeights implements DecoderWeights {

  private final DecoderWeights base;
  private final Rotation hidden;
  private final Rotation head;

  public RotatedWeights(DecoderWeights base) {
    this.base = base;
    this.hidden = Rotation.of(hiddenSize(base));
    this.head = Rotation.of(headSize(base));
  }

  @Override
  public LlamaShape shape() {
    return base.shape();
  }

  @Override
  public Matrix embedding() {
    return inputs(base.embedding(), ones());
  }

  @Override
  public Matrix head() {
    return inputs(base.head(), base.finalNorm());
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
    return inputs(base.query(layer), base.attentionNorm(layer));
  }

  @Override
  public Matrix key(int layer) {
    return inputs(base.key(layer), base.attentionNorm(layer));
  }

  @Override
  public Matrix value(int layer) {
    Matrix value = inputs(base.value(layer), base.attentionNorm(layer));
    return new RotatedOutputs(value, head, headSize(base));
  }

  @Override
  public Matrix attentionOutput(int layer) {
    return outputs(new RotatedHeadInputs(base.attentionOutput(layer), head));
  }

  @Override
  public Matrix gate(int layer) {
    return inputs(base.gate(layer), base.feedForwardNorm(layer));
  }

  @Override
  public Matrix up(int layer) {
    return inputs(base.up(layer), base.feedForwardNorm(layer));
  }

  @Override
  public Matrix down(int layer) {
    return outputs(base.down(layer));
  }

  private Matrix inputs(Matrix weight, float[] norm) {
    return new RotatedInputs(weight, norm, hidden);
  }

  private Matrix outputs(Matrix weight) {
    return new RotatedOutputs(weight, hidden, hiddenSize(base));
  }

  private float[] ones() {
    float[] ones = new float[hiddenSize(base)];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int hiddenSize(DecoderWeights weights) {
    return weights.shape().architecture().hiddenSize();
  }

  private static int headSize(DecoderWeights weights) {
    return weights.shape().architecture().headSize();
  }
}
