package io.sparkllama.convert.weights;

/**
 * The frequency of each rotated pair of a head, in radians a position. Rounded to 32 bits as in
 * transformers, since at late positions the rounding shows.
 */
public final class RotaryFrequencies {

  private final double base;
  private final float[] values;

  private RotaryFrequencies(double base, float[] values) {
    this.base = base;
    this.values = values;
  }

  /** {@code base^(-i / pairs)} of pair i. */
  public static RotaryFrequencies of(double base, int headSize) {
    int pairs = headSize / 2;
    float[] values = new float[pairs];
    for (int i = 0; i < pairs; i++) {
      values[i] = (float) (1 / Math.pow(base, (double) i / pairs));
    }
    return new RotaryFrequencies(base, values);
  }

  /** Each frequency by its own divisor. */
  public RotaryFrequencies dividedBy(float[] divisors) {
    float[] divided = new float[values.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = values[i] / divisors[i];
    }
    return new RotaryFrequencies(base, divided);
  }

  /** All frequencies by one number: positions lie closer together. */
  public RotaryFrequencies dividedBy(double factor) {
    float[] divided = new float[values.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (values[i] / factor);
    }
    return new RotaryFrequencies(base, divided);
  }

  /** Pairs of a head. */
  public int count() {
    return values.length;
  }

  public float at(int pair) {
    return values[pair];
  }

  /** What the frequencies were made from, before they were divided. */
  public double base() {
    return base;
  }
}
