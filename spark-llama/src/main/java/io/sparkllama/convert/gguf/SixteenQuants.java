package io.sparkllama.convert.gguf;

import static io.sparkllama.convert.gguf.KQuants.bytes;

import java.nio.ByteBuffer;

/**
 * Super-blocks of 256 values in sixteen parts of 16, each with a scale of its own: ggml's Q2_K,
 * Q3_K and Q6_K. Values stand in two halves of 128.
 */
final class SixteenQuants {

  private static final int VALUES = 256;
  private static final int HALF = 128;
  private static final int RUN = 32;

  private SixteenQuants() {}

  /** 16 bytes of scale and minimum, 64 bytes of 2 bits, scale and minimum of the whole. */
  static void q2(ByteBuffer block, float[] out, int at) {
    byte[] scales = bytes(block, 16);
    byte[] levels = bytes(block, 64);
    float scale = HalfFloat.toFloat(block.getShort());
    float minimum = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < VALUES; i++) {
      int packed = scales[i / 16];
      float step = scale * (packed & 15);
      float shift = minimum * ((packed >> 4) & 15);
      out[at + i] = step * twoBits(levels, i) - shift;
    }
  }

  /** 32 bytes of third bits, 64 bytes of 2 bits, 12 bytes of 6-bit scales, scale of the whole. */
  static void q3(ByteBuffer block, float[] out, int at) {
    byte[] high = bytes(block, 32);
    byte[] levels = bytes(block, 64);
    byte[] scales = bytes(block, 12);
    float scale = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < VALUES; i++) {
      float step = scale * (sixBits(scales, i / 16) - 32);
      int third = (high[i % RUN] >> (i / RUN)) & 1;
      out[at + i] = step * (twoBits(levels, i) - (third == 1 ? 0 : 4));
    }
  }

  /** 128 bytes of 4 bits, 64 bytes of 2 bits, 16 signed scales, scale of the whole. */
  static void q6(ByteBuffer block, float[] out, int at) {
    byte[] low = bytes(block, 128);
    byte[] high = bytes(block, 64);
    byte[] scales = bytes(block, 16);
    float scale = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < VALUES; i++) {
      int half = i / HALF;
      int run = i % HALF / RUN;
      int four = (low[half * 64 + run % 2 * RUN + i % RUN] >> (run / 2 * 4)) & 15;
      int two = (high[half * RUN + i % RUN] >> (run * 2)) & 3;
      float step = scale * scales[i / 16];
      out[at + i] = step * ((four | (two << 4)) - 32);
    }
  }

  /** Each half has 32 bytes, of which a run of 32 values takes the same two bits. */
  private static int twoBits(byte[] levels, int i) {
    int run = i % HALF / RUN;
    return (levels[i / HALF * RUN + i % RUN] >> (run * 2)) & 3;
  }

  /** Eight bytes hold the low 4 bits of 16 scales, four bytes their high 2 bits. */
  private static int sixBits(byte[] scales, int part) {
    int low = (scales[part % 8] >> (part / 8 * 4)) & 15;
    int high = (scales[8 + part % 4] >> (part / 4 * 2)) & 3;
    return low | (high << 4);
  }
}
