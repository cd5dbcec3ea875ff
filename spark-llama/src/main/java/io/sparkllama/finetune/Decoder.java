package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.model.Architecture;

/** A Llama with an adapter, forward; PyTorch remembers what its gradient needs. */
final class Decoder {

  private final LlamaShape shape;
  private final FrozenWeights base;
  private final LoraWeights lora;
  private final RotaryAngles angles;

  Decoder(LlamaShape shape, FrozenWeights base, LoraWeights lora) {
    this.shape = shape;
    this.base = base;
    this.lora = lora;
    this.angles = new RotaryAngles(shape);
  }

  /**
   * Log-probabilities of a pass's targets.
   *
   * @param manager owns what is made
   * @return {@code [targets]}
   */
  NDArray logProbabilities(Pass pass, NDManager manager) {
    Attention attention = attention(pass, manager);
    NDArray hidden = embedded(pass, manager);
    for (int layer = 0; layer < base.layers().size(); layer++) {
      NDArray next = layer(layer, hidden, attention);
      hidden.close();
      hidden = next;
    }
    // Outside the scope: the gradient looks them up again. PyTorch's memory of an array that came
    // from Java is Java's, and goes away when the array is closed, whoever still points to it.
    NDArray at = longs(pass.at(), manager);
    NDArray places = places(pass, manager);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray asked = norm(hidden.get(at), base.finalNorm());
      NDArray all = asked.matMul(base.head()).logSoftmax(-1);
      NDArray result = all.flatten().take(places);
      NDScope.unregister(result);
      result.attach(manager);
      return result;
    }
  }

  private NDArray embedded(Pass pass, NDManager manager) {
    NDArray hidden = base.embedding().get(longs(pass.ids(), manager));
    hidden.attach(manager);
    return hidden;
  }

  /** Places of the targets among the log-probabilities of all tokens. */
  private NDArray places(Pass pass, NDManager manager) {
    long vocabulary = shape.architecture().vocabularySize();
    long[] places = new long[pass.targets().length];
    for (int i = 0; i < places.length; i++) {
      places[i] = pass.asked()[i] * vocabulary + pass.targets()[i];
    }
    return manager.create(places, new Shape(places.length));
  }

  private Attention attention(Pass pass, NDManager manager) {
    Architecture numbers = shape.architecture();
    return new Attention(numbers, pass, angles.of(pass.positions(), manager), manager);
  }

  /** Closes its own intermediate arrays; PyTorch keeps those that the gradient needs. */
  private NDArray layer(int index, NDArray hidden, Attention attention) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      FrozenWeights.Layer weights = base.layers().get(index);
      NDArray normed = norm(hidden, weights.attentionNorm());
      NDArray mixed =
          attention.of(
              product(index, LoraTarget.Q, normed),
              product(index, LoraTarget.K, normed),
              product(index, LoraTarget.V, normed));
      NDArray between = hidden.add(product(index, LoraTarget.O, mixed));
      normed = norm(between, weights.feedForwardNorm());
      NDArray gate = product(index, LoraTarget.GATE, normed);
      NDArray gated = gate.mul(Activation.sigmoid(gate)).mul(product(index, LoraTarget.UP, normed));
      NDArray result = between.add(product(index, LoraTarget.DOWN, gated));
      NDScope.unregister(result);
      return result;
    }
  }

  private NDArray product(int layer, LoraTarget target, NDArray inputs) {
    NDArray product = inputs.matMul(base.layers().get(layer).products().get(target));
    return lora.added(layer, target, inputs, product);
  }

  private NDArray norm(NDArray values, NDArray weight) {
    NDArray size = values.square().mean(new int[] {-1}, true).add(shape.normEpsilon()).sqrt();
    return values.div(size).mul(weight);
  }

  static NDArray longs(int[] values, NDManager manager) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i];
    }
    return manager.create(longs, new Shape(values.length));
  }
}
