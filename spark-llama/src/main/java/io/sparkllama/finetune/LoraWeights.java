package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkllama.convert.safetensors.SafeTensorsWriter.Values;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The matrices A and B of all layers: what is trained. */
final class LoraWeights {

  private final Map<Place, Pair> pairs = new LinkedHashMap<>();

  /** An array, since one that is made of a number for a product is gone before its gradient. */
  private final NDArray scale;

  private record Place(int layer, LoraTarget target) {}

  /**
   * The update of one product.
   *
   * @param down A, {@code [rank, inputs]}
   * @param up B, {@code [outputs, rank]}
   */
  private record Pair(NDArray down, NDArray up) {}

  private LoraWeights(NDArray scale) {
    this.scale = scale;
  }

  /**
   * As PEFT begins: A uniform as PyTorch's linear layers are (Kaiming with slope sqrt(5), which is
   * a bound of {@code 1 / sqrt(inputs)}), B zero, so that nothing is changed yet.
   */
  static LoraWeights create(DecoderWeights base, FinetuneOptions options, NDManager manager) {
    SplittableRandom random = new SplittableRandom(options.seed());
    LoraWeights weights = new LoraWeights(manager.create((float) options.scale()));
    for (int layer = 0; layer < base.shape().architecture().layers(); layer++) {
      for (LoraTarget target : LoraTarget.values()) {
        if (options.targets().contains(target)) {
          Matrix product = target.weight(base, layer);
          float[] down = new float[options.rank() * product.columns()];
          double bound = 1 / Math.sqrt(product.columns());
          for (int i = 0; i < down.length; i++) {
            down[i] = (float) random.nextDouble(-bound, bound);
          }
          weights.pairs.put(
              new Place(layer, target),
              new Pair(
                  trained(manager.create(down, new Shape(options.rank(), product.columns()))),
                  trained(manager.zeros(new Shape(product.rows(), options.rank())))));
        }
      }
    }
    return weights;
  }

  private static NDArray trained(NDArray array) {
    array.setRequiresGradient(true);
    return array;
  }

  /**
   * What the update adds to a product.
   *
   * @param inputs {@code [tokens, inputs]}
   * @param product {@code [tokens, outputs]}
   */
  NDArray added(int layer, LoraTarget target, NDArray inputs, NDArray product) {
    Pair pair = pairs.get(new Place(layer, target));
    return pair == null
        ? product
        : product.add(
            inputs.matMul(pair.down().transpose()).mul(scale).matMul(pair.up().transpose()));
  }

  /** All matrices by PEFT's names, always in the same order. */
  Map<String, NDArray> named() {
    Map<String, NDArray> named = new LinkedHashMap<>();
    pairs.forEach(
        (place, pair) -> {
          named.put(place.target().peftName(place.layer(), "A"), pair.down());
          named.put(place.target().peftName(place.layer(), "B"), pair.up());
        });
    return named;
  }

  /** Copies for a file. */
  static Map<String, Values> values(Map<String, NDArray> arrays) {
    Map<String, Values> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            values.put(
                name,
                new Values(
                    Math.toIntExact(array.getShape().get(0)),
                    Math.toIntExact(array.getShape().get(1)),
                    FloatBuffer.wrap(array.toFloatArray()))));
    return values;
  }
}
