package io.sparkllama.convert.graph;

/**
 * How one block is stored: {@code value = (level - zero) * scale}.
 *
 * @param scale may be negative
 * @param zero level that stands for 0
 */
record BlockScale(float scale, int zero) {

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
