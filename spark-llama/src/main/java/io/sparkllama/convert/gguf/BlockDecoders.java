package io.sparkllama.convert.gguf;

import java.nio.ByteBuffer;

/** Blocks of 32 quantized values. */
final class BlockDecoders {

  private static final int HALF = 16;

  private BlockDecoders() {}

  /** Scale, then 16 bytes: low halves are values 0 to 15, high halves 16 to 31; zero point 8. */
  static void q4WithoutMinimum(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < HALF; i++) {
      int pair = block.get();
      out[at + i] = scale * ((pair & 15) - 8);
      out[at + i + HALF] = scale * ((pair >> 4 & 15) - 8);
    }
  }

  /** Scale and minimum, then 16 bytes as above without a zero point. */
  static void q4WithMinimum(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    float minimum = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < HALF; i++) {
      int pair = block.get();
      out[at + i] = scale * (pair & 15) + minimum;
      out[at + i + HALF] = scale * (pair >> 4 & 15) + minimum;
    }
  }

  /** Scale, 32 fifth bits, then 16 bytes as above; zero point 16. */
  static void q5WithoutMinimum(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    int high = block.getInt();
    for (int i = 0; i < HALF; i++) {
      int pair = block.get();
      out[at + i] = scale * (((pair & 15) | fifth(high, i)) - 16);
      out[at + i + HALF] = scale * ((((pair >> 4) & 15) | fifth(high, i + HALF)) - 16);
    }
  }

  /** Scale and minimum, 32 fifth bits, then 16 bytes as above without a zero point. */
  static void q5WithMinimum(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    float minimum = HalfFloat.toFloat(block.getShort());
    int high = block.getInt();
    for (int i = 0; i < HALF; i++) {
      int pair = block.get();
      out[at + i] = scale * ((pair & 15) | fifth(high, i)) + minimum;
      out[at + i + HALF] = scale * (((pair >> 4) & 15) | fifth(high, i + HALF)) + minimum;
    }
  }

  private static int fifth(int high, int index) {
    return ((high >> index) & 1) << 4;
  }

  /** Scale, then 32 signed bytes. */
  static void q8(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    for (int i = 0; i < 2 * HALF; i++) {
      out[at + i] = scale * block.get();
    }
  }
}
