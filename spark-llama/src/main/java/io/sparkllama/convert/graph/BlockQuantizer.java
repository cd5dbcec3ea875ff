package io.sparkllama.convert.graph;

import java.nio.ByteBuffer;

/**
 * Blocks of 32 values as whole numbers and a scale, with the zero point in the middle of the range.
 *
 * <p>4 bits follow ggml's Q4_0 (the value of the largest magnitude becomes -8) and 8 bits its Q8_0,
 * so that weights which come from these types are stored exactly as they were.
 */
final class BlockQuantizer {

  static final int BLOCK = 32;

  private final int bits;
  private final float[] scales;
  private final int blocks;

  /**
   * @param bits 4 or 8
   * @param rows rows to come
   * @param columns values of a row
   */
  BlockQuantizer(int bits, int rows, int columns) {
    this.bits = bits;
    this.blocks = blocks(columns);
    this.scales = new float[Math.multiplyExact(rows, blocks)];
  }

  static int blocks(int columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** Bytes of an encoded row; the last block is padded. */
  int rowBytes() {
    return blocks * BLOCK * bits / 8;
  }

  /** Scales of all rows that were encoded, {@code [rows, blocks]}. */
  float[] scales() {
    return scales;
  }

  void encode(int row, float[] values, ByteBuffer out) {
    for (int block = 0; block < blocks; block++) {
      int from = block * BLOCK;
      int to = Math.min(values.length, from + BLOCK);
      float scale = scale(values, from, to);
      scales[row * blocks + block] = scale;
      float inverse = scale == 0 ? 0 : 1 / scale;
      if (bits == 8) {
        for (int i = from; i < from + BLOCK; i++) {
          out.put((byte) level(values, i, to, inverse));
        }
      } else {
        for (int i = from; i < from + BLOCK; i += 2) {
          int low = level(values, i, to, inverse);
          int high = level(values, i + 1, to, inverse);
          out.put((byte) (low | high << 4));
        }
      }
    }
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

  private int level(float[] values, int index, int to, float inverse) {
    int zero = 1 << (bits - 1);
    if (index >= to) {
      return zero;
    }
    int level = Math.round(values[index] * inverse) + zero;
    return Math.max(0, Math.min((1 << bits) - 1, level));
  }
}
