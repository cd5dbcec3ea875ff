package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.LlamaShape;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Cosines and sines of the rotary angles, {@code float[context, head_size / 2]}. Frequencies and
 * angles are rounded to 32 bits as in transformers, since at late positions the rounding shows.
 */
record RotaryCache(LlamaShape shape, Optional<float[]> factors) {

  float[] cosines() {
    return table(Math::cos);
  }

  float[] sines() {
    return table(Math::sin);
  }

  private float[] table(DoubleUnaryOperator function) {
    int half = half();
    float[] frequencies = frequencies();
    float[] table = new float[Math.multiplyExact(shape.architecture().contextLength(), half)];
    for (int i = 0; i < table.length; i++) {
      int position = i / half;
      float angle = position * frequencies[i % half];
      table[i] = (float) function.applyAsDouble(angle);
    }
    return table;
  }

  private float[] frequencies() {
    int half = half();
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      float frequency = (float) (1 / Math.pow(shape.ropeBase(), (double) i / half));
      float factor = factors.isPresent() ? factors.get()[i] : 1;
      frequencies[i] = (float) (frequency / factor / shape.ropeLinearFactor());
    }
    return frequencies;
  }

  private int half() {
    return shape.architecture().headSize() / 2;
  }
}
