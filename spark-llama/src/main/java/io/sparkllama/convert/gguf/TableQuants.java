package io.sparkllama.convert.gguf;

import static io.sparkllama.convert.gguf.KQuants.bytes;

import java.nio.ByteBuffer;

/** Four bits that choose from a table denser around zero: ggml's IQ4_NL and IQ4_XS. */
final class TableQuants {

  private static final int[] TABLE = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private static final int HALF = 16;
  private static final int PARTS = 8;

  private TableQuants() {}

  /** Scale, then 16 bytes: low halves are values 0 to 15, high halves 16 to 31. */
  static void nonLinear(ByteBuffer block, float[] out, int at) {
    part(HalfFloat.toFloat(block.getShort()), block, out, at);
  }

  /** Scale, high 2 bits and low 4 bits of eight parts' scales, then the parts. */
  static void extraSmall(ByteBuffer block, float[] out, int at) {
    float scale = HalfFloat.toFloat(block.getShort());
    int high = block.getShort();
    byte[] low = bytes(block, PARTS / 2);
    for (int part = 0; part < PARTS; part++) {
      int four = (low[part / 2] >> (part % 2 * 4)) & 15;
      int two = (high >> (part * 2)) & 3;
      part(scale * ((four | (two << 4)) - 32), block, out, at + part * 2 * HALF);
    }
  }

  private static void part(float scale, ByteBuffer block, float[] out, int at) {
    for (int i = 0; i < HALF; i++) {
      int pair = block.get();
      out[at + i] = scale * TABLE[pair & 15];
      out[at + i + HALF] = scale * TABLE[(pair >> 4) & 15];
    }
  }
}
