package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.RotaryFrequencies;
import java.util.function.DoubleUnaryOperator;

/**
 * Cosines and sines of the rotary angles, {@code float[context, head_size / 2]}. Angles are rounded
 * to 32 bits as in transformers, since at late positions the rounding shows.
 *
 * @param positions length of the context
 */
record RotaryCache(RotaryFrequencies frequencies, int positions) {

  float[] cosines() {
    return table(Math::cos);
  }

  float[] sines() {
    return table(Math::sin);
  }

  private float[] table(DoubleUnaryOperator function) {
    int half = frequencies.count();
    float[] table = new float[Math.multiplyExact(positions, half)];
    for (int i = 0; i < table.length; i++) {
      int position = i / half;
      float angle = position * frequencies.at(i % half);
      table[i] = (float) function.applyAsDouble(angle);
    }
    return table;
  }
}
