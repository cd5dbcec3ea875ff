package io.sparkllama.convert.weights;

/**
 * How Llama 3.1 stretches a context: frequencies whose wave is long against the original context
 * are divided by a factor, short ones kept, those between blended. The formula is that of the
 * {@code llama3} rope type in transformers.
 *
 * @param factor divisor of the lowest frequencies
 * @param lowFactor waves longer than {@code originalContext / lowFactor} are divided
 * @param highFactor waves shorter than {@code originalContext / highFactor} are kept
 * @param originalContext tokens of the context before it was stretched
 */
public record Llama3Scaling(
    double factor, double lowFactor, double highFactor, double originalContext) {

  public float[] divisors(RotaryFrequencies plain) {
    float[] divisors = new float[plain.count()];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = (float) divisor(2 * Math.PI / plain.at(i));
    }
    return divisors;
  }

  private double divisor(double wavelength) {
    if (wavelength > originalContext / lowFactor) {
      return factor;
    }
    if (wavelength < originalContext / highFactor) {
      return 1;
    }
    double smooth = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor);
    return 1 / ((1 - smooth) / factor + smooth);
  }
}
