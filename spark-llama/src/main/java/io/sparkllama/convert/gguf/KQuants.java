package io.sparkllama.convert.gguf;

import java.nio.ByteBuffer;

/**
 * Super-blocks of 256 values in eight parts of 32, each with a scale and a minimum of 6 bits:
 * ggml's Q4_K and Q5_K.
 */
final class KQuants {

  private static final int PARTS = 8;
  private static final int PART = 32;

  private KQuants() {}

  /** Scale and minimum of the whole, 12 bytes of scales and minima, 128 bytes of 4 bits. */
  static void q4(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    float minimum = HalfFloat.toFloat(block.getShort());
    byte[] packed = bytes(block, 12);
    byte[] levels = bytes(block, 128);
    for (int part = 0; part < PARTS; part++) {
      float step = scale * scale(packed, part);
      float shift = minimum * minimum(packed, part);
      for (int i = 0; i < PART; i++) {
        out[at + part * PART + i] = step * low(levels, part, i) - shift;
      }
    }
  }

  /**
   * As Q4_K, with 32 bytes before the levels: byte i holds the fifth bits of value i of all parts.
   */
  static void q5(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    float minimum = HalfFloat.toFloat(block.getShort());
    byte[] packed = bytes(block, 12);
    byte[] high = bytes(block, PART);
    byte[] levels = bytes(block, 128);
    for (int part = 0; part < PARTS; part++) {
      float step = scale * scale(packed, part);
      float shift = minimum * minimum(packed, part);
      for (int i = 0; i < PART; i++) {
        int level = low(levels, part, i) | (((high[i] >> part) & 1) << 4);
        out[at + part * PART + i] = step * level - shift;
      }
    }
  }

  /** Two parts share 32 bytes: the even one has the low halves. */
  private static int low(byte[] levels, int part, int i) {
    return (levels[part / 2 * PART + i] >> (part % 2 * 4)) & 15;
  }

  /** The first four have 6 bits in a byte; the others 4, with 2 more on top of the first four. */
  private static int scale(byte[] packed, int part) {
    return part < 4
        ? packed[part] & 63
        : (packed[part + 4] & 15) | (((packed[part - 4] >> 6) & 3) << 4);
  }

  private static int minimum(byte[] packed, int part) {
    return part < 4
        ? packed[part + 4] & 63
        : ((packed[part + 4] >> 4) & 15) | (((packed[part] >> 6) & 3) << 4);
  }

  static byte[] bytes(ByteBuffer block, int count) {
    byte[] bytes = new byte[count];
    block.get(bytes);
    return bytes;
  }
}
