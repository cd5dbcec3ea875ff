package io.sparkllama.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Writes characters as bytes: as UTF-8, or as they stand in a JSON string. */
final class CharacterEncoder {

  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

  /** Characters that JSON escapes with a letter, and the letters. */
  private static final String ESCAPED = "\"\\\b\f\n\r\t";

  private static final String LETTERS = "\"\\bfnrt";
  private static final int FIRST_PRINTABLE = ' ';

  private final Expressions expressions;
  private final ByteRanges utf8;
  private final boolean json;

  private CharacterEncoder(Expressions expressions, boolean json) {
    this.expressions = expressions;
    this.utf8 = ByteRanges.ofUtf8(expressions);
    this.json = json;
  }

  static CharacterEncoder plain(Expressions expressions) {
    return new CharacterEncoder(expressions, false);
  }

  /** Inside a JSON string. Control characters without a short escape are left out. */
  static CharacterEncoder json(Expressions expressions) {
    return new CharacterEncoder(expressions, true);
  }

  static BitSet anyCharacter() {
    BitSet all = new BitSet();
    all.set(0, Character.MAX_CODE_POINT + 1);
    return all;
  }

  /**
   * One of some characters.
   *
   * @param codePoints of which halves of surrogate pairs are left out
   */
  Expression oneOf(BitSet codePoints) {
    BitSet plain = (BitSet) codePoints.clone();
    plain.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
    List<Expression> parts = new ArrayList<>();
    if (json) {
      for (int i = 0; i < ESCAPED.length(); i++) {
        if (plain.get(ESCAPED.charAt(i))) {
          parts.add(expressions.literal("\\" + LETTERS.charAt(i)));
          plain.clear(ESCAPED.charAt(i));
        }
      }
      plain.clear(0, FIRST_PRINTABLE);
    }
    parts.add(ascii(plain));
    for (int from = plain.nextSetBit(0x80); from >= 0; ) {
      int end = plain.nextClearBit(from);
      addRange(from, end - 1, parts);
      from = plain.nextSetBit(end);
    }
    return expressions.choice(parts);
  }

  private Expression ascii(BitSet plain) {
    BitSet ascii = plain.get(0, 0x80);
    return ascii.cardinality() == 1
        ? expressions.literal(Character.toString(ascii.nextSetBit(0)))
        : expressions.oneByte(ascii);
  }

  private void addRange(int from, int to, List<Expression> parts) {
    if (from == to) {
      parts.add(expressions.literal(Character.toString(from)));
      return;
    }
    int start = from;
    for (int last : LAST_OF_LENGTH) {
      int end = Math.min(to, last);
      if (start <= end) {
        parts.add(utf8.between(bytes(start), bytes(end)));
        start = end + 1;
      }
    }
  }

  private static byte[] bytes(int codePoint) {
    return Utf8.of(Character.toString(codePoint));
  }
}
