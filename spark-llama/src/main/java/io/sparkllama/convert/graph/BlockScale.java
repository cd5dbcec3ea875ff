package io.sparkllama.convert.graph;

import io.sparkllama.convert.gguf.HalfFloat;

/**
 * How one block is stored: {@code value = (level - zero) * scale}.
 *
 * @param scale may be negative
 * @param zero level that stands for 0
 */
record BlockScale(float scale, int zero) {

  /** The nearest scale that can be stored: scales are 16-bit floats. */
  static BlockScale rounded(double scale, int zero) {
    return new BlockScale(HalfFloat.toFloat(HalfFloat.ofFloat((float) scale)), zero);
  }

  int level(float value, float inverse, int most) {
    int level = Math.round(value * inverse) + zero;
    return Math.max(0, Math.min(most, level));
  }

  float inverse() {
    return scale == 0 ? 0 : 1 / scale;
  }

  float value(int level) {
    return (level - zero) * scale;
  }
}
