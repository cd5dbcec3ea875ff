package io.sparkllama.convert.weights;

import io.sparkllama.model.Architecture;

/**
 * Hidden states rotated as a whole, and the values of each head alone. Norms lose their scales to
 * the weights behind them, because a rotation does not pass through a scale; a norm without scales
 * only sees the length, which stays.
 */
public final class RotatedBasis implements Basis {

  private final Architecture architecture;
  private final LayerNorms norms;
  private final Rotation hidden;
  private final Rotation head;

  public RotatedBasis(Architecture architecture, LayerNorms norms) {
    this.architecture = architecture;
    this.norms = norms;
    this.hidden = Rotation.of(architecture.hiddenSize());
    this.head = Rotation.of(architecture.headSize());
  }

  @Override
  public Matrix inputs(int layer, String module, Matrix weight) {
    return switch (module) {
      case "q_proj", "k_proj", "v_proj" -> inputs(weight, norms.attentionNorm(layer));
      case "gate_proj", "up_proj" -> inputs(weight, norms.feedForwardNorm(layer));
      case "o_proj" -> new RotatedHeadInputs(weight, head);
      default -> weight;
    };
  }

  @Override
  public Matrix outputs(int layer, String module, Matrix weight) {
    return switch (module) {
      case "v_proj" -> new RotatedOutputs(weight, head, architecture.headSize());
      case "o_proj", "down_proj" -> new RotatedOutputs(weight, hidden, architecture.hiddenSize());
      default -> weight;
    };
  }

  /** Whether hidden states are mixed as a whole, not in parts that may differ in size. */
  boolean spreadsAll() {
    return hidden.block() == architecture.hiddenSize();
  }

  /** A weight that reads hidden states behind a norm. */
  Matrix inputs(Matrix weight, float[] norm) {
    return new RotatedInputs(weight, norm, hidden);
  }
}
