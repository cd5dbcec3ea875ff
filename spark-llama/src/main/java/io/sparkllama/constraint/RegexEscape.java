package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import java.util.BitSet;

/** Sets of characters in regular expressions. */
final class RegexEscape {

  private static final String CONTROLS = "nrtf";
  private static final String CONTROL_CHARACTERS = "\n\r\t\f";

  private RegexEscape() {}

  static BitSet single(int codePoint) {
    BitSet set = new BitSet();
    set.set(codePoint);
    return set;
  }

  static BitSet notLineEnd() {
    BitSet set = CharacterEncoder.anyCharacter();
    set.clear('\n');
    set.clear('\r');
    return set;
  }

  static BitSet not(BitSet set) {
    BitSet others = CharacterEncoder.anyCharacter();
    others.andNot(set);
    return others;
  }

  /**
   * What a backslash and the character behind it stand for.
   *
   * @param at the backslash
   */
  static BitSet read(String pattern, int at, int end) {
    if (at + 1 >= end) {
      throw wrong(at, "a backslash at the end", "a character behind it");
    }
    char c = pattern.charAt(at + 1);
    switch (c) {
      case 'd', 'w', 's' -> {
        return named(c);
      }
      case 'D', 'W', 'S' -> {
        return not(named(Character.toLowerCase(c)));
      }
      default -> {
        int control = CONTROLS.indexOf(c);
        if (control >= 0) {
          return single(CONTROL_CHARACTERS.charAt(control));
        }
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw wrong(
              at, "the escape \\" + c, "\\d \\w \\s \\D \\W \\S \\n \\r \\t \\f or punctuation");
        }
        return single(c);
      }
    }
  }

  private static BitSet named(char name) {
    BitSet set = new BitSet();
    if (name == 's') {
      " \t\n\r\f\u000B".chars().forEach(set::set);
      return set;
    }
    set.set('0', '9' + 1);
    if (name == 'w') {
      set.set('a', 'z' + 1);
      set.set('A', 'Z' + 1);
      set.set('_');
    }
    return set;
  }

  static RequestException wrong(int at, String found, String expected) {
    return new RequestException(
        "Invalid regular expression at character %d: found %s, expected %s. Correct it."
            .formatted(at + 1, found, expected));
  }
}
