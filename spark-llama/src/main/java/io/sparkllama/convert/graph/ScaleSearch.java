package io.sparkllama.convert.graph;

/**
 * Finds the scale of a block that loses least, each value's loss weighted by its importance.
 *
 * <p>First comes the rule of ggml's Q4_0 (the value of the largest magnitude becomes -8) and Q8_0,
 * so that weights which come from these types are stored exactly as they were. Then 4-bit blocks
 * try ranges between the smallest and the largest value, and narrower ones: cutting one extreme
 * often costs less than a coarse step for all others.
 */
final class ScaleSearch {

  private static final float[] RANGES = {1f, 0.95f, 0.9f, 0.85f, 0.8f, 0.72f};

  private final int bits;
  private final int most;
  private final float[] importance;

  /**
   * @param bits 4 or 8
   * @param importance of each value of a row
   */
  ScaleSearch(int bits, float[] importance) {
    this.bits = bits;
    this.most = (1 << bits) - 1;
    this.importance = importance;
  }

  /** The scale of the values {@code from ... to - 1} of a row. */
  BlockScale best(float[] values, int from, int to) {
    BlockScale best = ggml(values, from, to);
    if (bits == 8) {
      return best;
    }
    double least = loss(best, values, from, to);
    float min = 0;
    float max = 0;
    for (int i = from; i < to; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    for (int i = 0; i < RANGES.length && least > 0; i++) {
      BlockScale candidate = refined(between(RANGES[i] * min, RANGES[i] * max), values, from, to);
      double loss = loss(candidate, values, from, to);
      if (loss < least) {
        least = loss;
        best = candidate;
      }
    }
    return best;
  }

  private BlockScale ggml(float[] values, int from, int to) {
    float extreme = 0;
    for (int i = from; i < to; i++) {
      if (Math.abs(values[i]) > Math.abs(extreme)) {
        extreme = values[i];
      }
    }
    int zero = 1 << (bits - 1);
    return BlockScale.rounded(bits == 8 ? Math.abs(extreme) / 127 : extreme / -8, zero);
  }

  private BlockScale between(float min, float max) {
    float scale = (max - min) / most;
    return BlockScale.rounded(scale, scale == 0 ? 0 : Math.min(most, Math.round(-min / scale)));
  }

  /** The scale that loses least with the levels that a first one gives. */
  private BlockScale refined(BlockScale first, float[] values, int from, int to) {
    float inverse = first.inverse();
    double product = 0;
    double square = 0;
    for (int i = from; i < to; i++) {
      int step = first.level(values[i], inverse, most) - first.zero();
      product += importance[i] * values[i] * step;
      square += importance[i] * step * step;
    }
    return square > 0 ? BlockScale.rounded(product / square, first.zero()) : first;
  }

  private double loss(BlockScale scale, float[] values, int from, int to) {
    float inverse = scale.inverse();
    double loss = 0;
    for (int i = from; i < to; i++) {
      float difference = values[i] - scale.value(scale.level(values[i], inverse, most));
      loss += importance[i] * difference * difference;
    }
    return loss;
  }
}
