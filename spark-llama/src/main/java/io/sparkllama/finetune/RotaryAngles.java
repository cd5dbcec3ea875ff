package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.RotaryFrequencies;

/**
 * Turns pairs of a head's values by angles that grow with the position. The two halves of a head
 * hold the two values of each pair, so a turn is {@code x cos + (x R) sin}, where R swaps the
 * halves and negates the second.
 */
final class RotaryAngles {

  private final RotaryFrequencies frequencies;
  private final int size;

  RotaryAngles(LlamaShape shape) {
    this.frequencies = shape.frequencies();
    this.size = shape.architecture().headSize();
  }

  /**
   * The turns of some tokens.
   *
   * @param cosine {@code [tokens, 1, head size]}
   * @param sine {@code [tokens, 1, head size]}
   * @param swap R, {@code [head size, head size]}
   */
  record Turns(NDArray cosine, NDArray sine, NDArray swap) {

    /**
     * @param heads {@code [tokens, heads, head size]}
     */
    NDArray turned(NDArray heads) {
      return heads.mul(cosine).add(heads.matMul(swap).mul(sine));
    }
  }

  Turns of(int[] positions, NDManager manager) {
    float[] cosine = new float[positions.length * size];
    float[] sine = new float[positions.length * size];
    int half = size / 2;
    for (int i = 0; i < positions.length; i++) {
      for (int at = 0; at < size; at++) {
        // In 32 bits as transformers has it: at late positions the rounding shows.
        float angle = positions[i] * frequencies.at(at % half);
        cosine[i * size + at] = (float) Math.cos(angle);
        sine[i * size + at] = (float) Math.sin(angle);
      }
    }
    Shape shape = new Shape(positions.length, 1, size);
    return new Turns(manager.create(cosine, shape), manager.create(sine, shape), swap(manager));
  }

  private NDArray swap(NDManager manager) {
    float[] swap = new float[size * size];
    int half = size / 2;
    for (int i = 0; i < half; i++) {
      swap[(i + half) * size + i] = -1;
      swap[i * size + i + half] = 1;
    }
    return manager.create(swap, new Shape(size, size));
  }
}
