package io.sparkllama.convert.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An orthogonal change of basis keeps every product of two vectors. */
class RotationTest {

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 80, 192, 576, 2048, 3072, 4096, 5120})
  void productsOfVectorsStay(int size) {
    Rotation rotation = Rotation.of(size);
    float[] a = vector(size, 1);
    float[] b = vector(size, 2);
    double expected = product(a, b);
    double length = product(a, a);
    rotation.apply(a);
    rotation.apply(b);
    assertThat(product(a, b)).isCloseTo(expected, within(1e-3 * length));
    assertThat(product(a, a)).isCloseTo(length, within(1e-4 * length));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 576, 2048, 4096})
  void oneLargeValueIsSpread(int size) {
    float[] values = new float[size];
    values[size / 3] = 100;
    Rotation.of(size).apply(values);
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isLessThan(100 / 5f);
  }

  private static float[] vector(int size, int seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
