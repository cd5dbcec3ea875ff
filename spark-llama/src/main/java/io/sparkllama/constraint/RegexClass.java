package io.sparkllama.constraint;

import java.util.BitSet;

/** A class such as {@code [^a-z_]}. */
final class RegexClass {

  private final String pattern;
  private final int patternEnd;
  private final BitSet members = new BitSet();
  private final BitSet codePoints;
  private int at;

  /**
   * @param start where the bracket opens
   * @param patternEnd where the expression ends
   */
  RegexClass(String pattern, int start, int patternEnd) {
    this.pattern = pattern;
    this.patternEnd = patternEnd;
    this.at = start + 1;
    boolean others = peek() == '^';
    at += others ? 1 : 0;
    do {
      readMember();
    } while (peek() != ']');
    at++;
    codePoints = others ? RegexEscape.not(members) : members;
  }

  BitSet codePoints() {
    return codePoints;
  }

  /** Where the expression goes on. */
  int end() {
    return at;
  }

  private void readMember() {
    BitSet first = readOne();
    boolean range = peek() == '-' && at + 1 < patternEnd && pattern.charAt(at + 1) != ']';
    if (!range) {
      members.or(first);
      return;
    }
    at++;
    BitSet last = readOne();
    int from = first.nextSetBit(0);
    int to = last.nextSetBit(0);
    if (first.cardinality() != 1 || last.cardinality() != 1 || from > to) {
      throw RegexEscape.wrong(at, "a damaged range", "two characters in their order");
    }
    members.set(from, to + 1);
  }

  private BitSet readOne() {
    int c = peek();
    if (c == '[') {
      throw RegexEscape.wrong(at, "a [ in a class", "an escape before it");
    }
    if (c == '\\') {
      at += 2;
      return RegexEscape.read(pattern, at - 2, patternEnd);
    }
    at += Character.charCount(c);
    return RegexEscape.single(c);
  }

  private int peek() {
    if (at >= patternEnd) {
      throw RegexEscape.wrong(at, "an open class", "a ] at its end");
    }
    return pattern.codePointAt(at);
  }
}
