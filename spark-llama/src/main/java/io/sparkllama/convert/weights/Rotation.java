package io.sparkllama.convert.weights;

import java.util.SplittableRandom;

/**
 * An orthogonal change of basis that spreads single large values over many: random signs, then in
 * each block a Hadamard transform of the largest power of two, and a cosine transform of what is
 * left of the size. Applied to the hidden states and undone in the weights it changes no result,
 * and leaves no outliers that 8-bit activations would lose the rest to.
 */
public final class Rotation {

  /** Beyond this size, blocks are enough, and weights need not be held whole to mix their rows. */
  private static final int MOST_BLOCK = 2048;

  private static final int SPLIT_BLOCK = 1024;
  private static final long SEED = 0x5eed;

  private final float[] signs;
  private final int block;
  private final int power;
  private final float[][] cosines;

  private Rotation(float[] signs, int block, int power, float[][] cosines) {
    this.signs = signs;
    this.block = block;
    this.power = power;
    this.cosines = cosines;
  }

  /** The rotation of vectors of a size; the same for every call. */
  public static Rotation of(int size) {
    int block = size > MOST_BLOCK && size % SPLIT_BLOCK == 0 ? SPLIT_BLOCK : size;
    int power = Integer.lowestOneBit(block);
    SplittableRandom random = new SplittableRandom(SEED);
    float[] signs = new float[size];
    for (int i = 0; i < size; i++) {
      signs[i] = random.nextBoolean() ? 1 : -1;
    }
    return new Rotation(signs, block, power, cosines(block / power));
  }

  /** Orthonormal: row f holds frequency f. */
  private static float[][] cosines(int size) {
    float[][] matrix = new float[size][size];
    for (int f = 0; f < size; f++) {
      double scale = Math.sqrt((f == 0 ? 1.0 : 2.0) / size);
      for (int i = 0; i < size; i++) {
        matrix[f][i] = (float) (scale * Math.cos(Math.PI * (i + 0.5) * f / size));
      }
    }
    return matrix;
  }

  /** Values that are mixed with each other. */
  public int block() {
    return block;
  }

  /**
   * Rotates one block in place.
   *
   * @param start index of the block's first value in {@code values}
   * @param at index of the block's first value in the whole vector
   */
  public void apply(float[] values, int start, int at) {
    for (int i = 0; i < block; i++) {
      values[start + i] *= signs[at + i];
    }
    for (int from = start; from < start + block; from += power) {
      hadamard(values, from);
    }
    mixParts(values, start);
  }

  /** Rotates a whole vector in place. */
  public void apply(float[] values) {
    for (int at = 0; at < signs.length; at += block) {
      apply(values, at, at);
    }
  }

  private void hadamard(float[] values, int from) {
    for (int half = 1; half < power; half *= 2) {
      for (int i = from; i < from + power; i += 2 * half) {
        for (int j = i; j < i + half; j++) {
          float a = values[j];
          float b = values[j + half];
          values[j] = a + b;
          values[j + half] = a - b;
        }
      }
    }
    float scale = (float) (1 / Math.sqrt(power));
    for (int i = from; i < from + power; i++) {
      values[i] *= scale;
    }
  }

  private void mixParts(float[] values, int start) {
    int parts = cosines.length;
    if (parts == 1) {
      return;
    }
    float[] mixed = new float[parts];
    for (int i = start; i < start + power; i++) {
      for (int f = 0; f < parts; f++) {
        float sum = 0;
        for (int part = 0; part < parts; part++) {
          sum += cosines[f][part] * values[i + part * power];
        }
        mixed[f] = sum;
      }
      for (int part = 0; part < parts; part++) {
        values[i + part * power] = mixed[part];
      }
    }
  }
}
