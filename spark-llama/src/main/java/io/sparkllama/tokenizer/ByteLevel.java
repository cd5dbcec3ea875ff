package io.sparkllama.tokenizer;

/**
 * The characters that byte-level vocabularies write bytes with, as GPT-2 began it: printable ones
 * of Latin-1 stand for themselves, the others follow from U+0100 on.
 */
final class ByteLevel {

  private static final int BYTES = 256;
  private static final byte[] BYTE_OF = new byte[2 * BYTES];

  static {
    int next = BYTES;
    for (int value = 0; value < BYTES; value++) {
      BYTE_OF[printable(value) ? value : next++] = (byte) value;
    }
  }

  private ByteLevel() {}

  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = BYTE_OF[token.charAt(i)];
    }
    return bytes;
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
  }
}
