package io.sparkllama.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * Byte strings of one length between two, in their order, where every byte but the first has the
 * same range: numbers of decimal digits, and characters in UTF-8.
 *
 * @param least the least value of a byte that is not the first
 * @param most the greatest
 */
record ByteRanges(Expressions expressions, int least, int most) {

  static ByteRanges ofUtf8(Expressions expressions) {
    return new ByteRanges(expressions, 0x80, 0xBF);
  }

  static ByteRanges ofDigits(Expressions expressions) {
    return new ByteRanges(expressions, '0', '9');
  }

  /** Any {@code count} bytes, none of them the first. */
  Expression any(int count) {
    return expressions.repeat(expressions.oneByte(least, most), count, count);
  }

  Expression between(byte[] from, byte[] to) {
    return between(from, to, 0);
  }

  private Expression between(byte[] from, byte[] to, int index) {
    int rest = from.length - index - 1;
    if (rest < 0) {
      return expressions.empty();
    }
    int low = from[index] & 0xFF;
    int high = to[index] & 0xFF;
    if (low == high) {
      return expressions.sequence(expressions.oneByte(low, low), between(from, to, index + 1));
    }
    List<Expression> parts = new ArrayList<>();
    if (!ends(from, index + 1, least)) {
      parts.add(
          expressions.sequence(
              expressions.oneByte(low, low), between(from, filled(from, index, most), index + 1)));
      low++;
    }
    if (!ends(to, index + 1, most)) {
      parts.add(
          expressions.sequence(
              expressions.oneByte(high, high), between(filled(to, index, least), to, index + 1)));
      high--;
    }
    if (low <= high) {
      parts.add(expressions.sequence(expressions.oneByte(low, high), any(rest)));
    }
    return expressions.choice(parts);
  }

  private static boolean ends(byte[] bytes, int from, int value) {
    for (int i = from; i < bytes.length; i++) {
      if ((bytes[i] & 0xFF) != value) {
        return false;
      }
    }
    return true;
  }

  /** The bytes up to an index, and then one value. */
  private static byte[] filled(byte[] bytes, int index, int value) {
    byte[] filled = bytes.clone();
    for (int i = index + 1; i < filled.length; i++) {
      filled[i] = (byte) value;
    }
    return filled;
  }
}
