package io.sparkllama.convert.graph;

import java.nio.ByteBuffer;

/**
 * Blocks of values as whole numbers and a scale, with the zero point in the middle of the range.
 *
 * <p>In blocks of 32, 4 bits follow ggml's Q4_0 (the value of the largest magnitude becomes -8) and
 * 8 bits its Q8_0, so that weights which come from these types are stored exactly as they were.
 */
final class BlockQuantizer {

  /** Block of ggml's types. */
  static final int GGML_BLOCK = 32;

  private final int bits;
  private final int block;
  private final int zero;
  private final float[] scales;
  private final int blocks;

  /**
   * @param bits 4 or 8
   * @param block values of a block
   * @param rows rows to come
   * @param columns values of a row
   */
  BlockQuantizer(int bits, int block, int rows, int columns) {
    this.bits = bits;
    this.block = block;
    this.zero = 1 << (bits - 1);
    this.blocks = (columns + block - 1) / block;
    this.scales = new float[Math.multiplyExact(rows, blocks)];
  }

  /** Blocks of a row. */
  int blocks() {
    return blocks;
  }

  /** Bytes of an encoded row; the last block is padded. */
  int rowBytes() {
    return blocks * block * bits / 8;
  }

  /** Scales of all rows that were encoded, {@code [rows, blocks]}. */
  float[] scales() {
    return scales;
  }

  /** Encodes a row and returns the sum of its squared errors. */
  double encode(int row, float[] values, ByteBuffer out) {
    double error = 0;
    for (int b = 0; b < blocks; b++) {
      int from = b * block;
      int to = Math.min(values.length, from + block);
      float scale = scale(values, from, to);
      scales[row * blocks + b] = scale;
      float inverse = scale == 0 ? 0 : 1 / scale;
      error += encode(values, from, to, scale, inverse, out);
    }
    return error;
  }

  private double encode(
      float[] values, int from, int to, float scale, float inverse, ByteBuffer out) {
    double error = 0;
    int pending = 0;
    for (int i = from; i < from + block; i++) {
      int level = i < to ? level(values[i], inverse) : zero;
      float difference = i < to ? values[i] - (level - zero) * scale : 0;
      error += difference * difference;
      if (bits == 8) {
        out.put((byte) level);
      } else if (i % 2 == 0) {
        pending = level;
      } else {
        out.put((byte) (pending | level << 4));
      }
    }
    return error;
  }

  private float scale(float[] values, int from, int to) {
    float extreme = 0;
    for (int i = from; i < to; i++) {
      if (Math.abs(values[i]) > Math.abs(extreme)) {
        extreme = values[i];
      }
    }
    return bits == 8 ? Math.abs(extreme) / 127 : extreme / -8;
  }

  private int level(float value, float inverse) {
    int level = Math.round(value * inverse) + zero;
    return Math.max(0, Math.min(2 * zero - 1, level));
  }
}
