package io.sparkllama.convert.graph;

import io.sparkllama.convert.calibrate.ErrorFeedback;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Blocks of values along a row as whole numbers, with a scale and a zero point each. */
final class BlockQuantizer {

  /** Block of ggml's types. */
  static final int GGML_BLOCK = 32;

  private static final int EIGHT_BIT_ZERO = 128;

  private final int bits;
  private final int block;
  private final int blocks;
  private final float[] scales;
  private final byte[] zeros;
  private final Optional<ErrorFeedback> feedback;
  private final ScaleSearch search;

  /**
   * @param bits 4 or 8
   * @param block values of a block
   * @param rows rows to come
   * @param columns values of a row
   * @param feedback spreads rounding errors over later values, where inputs are known
   */
  BlockQuantizer(int bits, int block, int rows, int columns, Optional<ErrorFeedback> feedback) {
    this.bits = bits;
    this.block = block;
    this.blocks = (columns + block - 1) / block;
    this.scales = new float[Math.multiplyExact(rows, blocks)];
    this.zeros = new byte[bits == 4 ? Math.multiplyExact(rows, (blocks + 1) / 2) : 0];
    this.feedback = feedback;
    float[] equal = new float[columns];
    Arrays.fill(equal, 1);
    this.search = new ScaleSearch(bits, feedback.map(ErrorFeedback::importance).orElse(equal));
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

  /** Whether a zero point is not in the middle of the levels. */
  boolean shifted() {
    int middle = 0x88;
    for (byte pair : zeros) {
      if ((pair & 0xFF) != middle && (pair & 0xFF) != (middle & 0xF)) {
        return true;
      }
    }
    return false;
  }

  /** Zero points of all rows, two a byte, the first in the low half; for 4 bits only. */
  byte[] zeros() {
    return zeros;
  }

  /** Encodes a row and returns the sum of its squared errors. */
  double encode(int row, float[] values, ByteBuffer out) {
    BlockScale[] chosen = new BlockScale[blocks];
    byte[] levels = new byte[blocks * block];
    for (int b = 0; b < blocks; b++) {
      int to = Math.min(values.length, (b + 1) * block);
      chosen[b] = search.best(values, b * block, to);
      scales[row * blocks + b] = chosen[b].scale();
      Arrays.fill(levels, to, (b + 1) * block, (byte) chosen[b].zero());
    }
    double error = 0;
    if (bits == 8) {
      for (int b = 0; b < blocks; b++) {
        int to = Math.min(values.length, (b + 1) * block);
        error += eightBits(chosen[b], values, b * block, to, levels);
      }
    } else {
      error = fourBits(row, chosen, values, levels);
    }
    out.put(bits == 8 ? levels : paired(levels));
    return error;
  }

  /** The scale comes from the largest magnitude; only its rounding can make a level too large. */
  private static double eightBits(
      BlockScale scale, float[] values, int from, int to, byte[] levels) {
    float inverse = scale.inverse();
    float step = scale.scale();
    float error = 0;
    for (int i = from; i < to; i++) {
      int rounded = (int) (values[i] * inverse + (EIGHT_BIT_ZERO + 0.5f));
      int level = Math.max(0, Math.min(255, rounded));
      levels[i] = (byte) level;
      float missed = values[i] - (level - EIGHT_BIT_ZERO) * step;
      error += missed * missed;
    }
    return error;
  }

  private double fourBits(int row, BlockScale[] chosen, float[] values, byte[] levels) {
    float[] inverses = new float[blocks];
    for (int b = 0; b < blocks; b++) {
      inverses[b] = chosen[b].inverse();
      zeros[row * ((blocks + 1) / 2) + b / 2] |= (byte) (chosen[b].zero() << (b % 2 * 4));
    }
    float[] stored = new float[values.length];
    ErrorFeedback.Rounding rounding =
        (at, value) -> {
          BlockScale scale = chosen[at / block];
          int level = scale.level(value, inverses[at / block], 15);
          levels[at] = (byte) level;
          stored[at] = scale.value(level);
          return stored[at];
        };
    feedback.ifPresentOrElse(
        known -> known.round(values, rounding),
        () -> IntStream.range(0, values.length).forEach(at -> rounding.store(at, values[at])));
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += (values[i] - stored[i]) * (values[i] - stored[i]);
    }
    return error;
  }

  /** Two levels a byte, the first in the low half. */
  private static byte[] paired(byte[] levels) {
    byte[] pairs = new byte[levels.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (byte) (levels[2 * i] | (levels[2 * i + 1] << 4));
    }
    return pairs;
  }
}
