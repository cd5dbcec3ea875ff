package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Reads a regular expression by recursive descent. */
final class RegexReader {

  private static final int MOST_TIMES = 100_000;
  private static final int DEEPEST = 100;

  private final String pattern;
  private final int end;
  private final CharacterEncoder encoder;
  private final Expressions expressions;
  private int at;
  private int depth;

  private RegexReader(String pattern, CharacterEncoder encoder, Expressions expressions) {
    this.pattern = pattern;
    this.at = pattern.startsWith("^") ? 1 : 0;
    this.end = endsWithAnchor(pattern) ? pattern.length() - 1 : pattern.length();
    this.encoder = encoder;
    this.expressions = expressions;
  }

  /** Of a whole answer. */
  static Grammar ofAnswer(String pattern) {
    return expressions -> read(pattern, CharacterEncoder.plain(expressions), expressions);
  }

  static Expression read(String pattern, CharacterEncoder encoder, Expressions expressions) {
    RegexReader reader = new RegexReader(pattern, encoder, expressions);
    Expression whole = reader.alternatives();
    if (reader.at < reader.end) {
      throw reader.wrong("a ) that closes nothing", "a balanced expression");
    }
    return whole;
  }

  /** Whether the last character is a $ that no backslash escapes. */
  static boolean endsWithAnchor(String pattern) {
    int slashes = 0;
    for (int i = pattern.length() - 2; i >= 0 && pattern.charAt(i) == '\\'; i--) {
      slashes++;
    }
    return pattern.endsWith("$") && slashes % 2 == 0;
  }

  private Expression alternatives() {
    if (++depth > DEEPEST) {
      throw wrong("more than " + DEEPEST + " groups in each other", "fewer");
    }
    List<Expression> alternatives = new ArrayList<>();
    alternatives.add(sequence());
    while (at < end && pattern.charAt(at) == '|') {
      at++;
      alternatives.add(sequence());
    }
    depth--;
    return expressions.choice(alternatives);
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    while (at < end && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      parts.add(quantified(atom()));
    }
    return expressions.sequence(parts.toArray(Expression[]::new));
  }

  private Expression quantified(Expression atom) {
    if (at == end) {
      return atom;
    }
    Expression whole;
    switch (pattern.charAt(at)) {
      case '?' -> whole = repeated(atom, 0, 1);
      case '*' -> whole = repeated(atom, 0, Expressions.UNBOUNDED);
      case '+' -> whole = repeated(atom, 1, Expressions.UNBOUNDED);
      case '{' -> whole = counted(atom);
      default -> {
        return atom;
      }
    }
    if (at < end && "?*+{".indexOf(pattern.charAt(at)) >= 0) {
      throw wrong("a quantifier behind another", "one; lazy and possessive ones are not supported");
    }
    return whole;
  }

  private Expression repeated(Expression atom, int least, int most) {
    at++;
    return expressions.repeat(atom, least, most);
  }

  private Expression counted(Expression atom) {
    at++;
    int least = number();
    int most = least;
    if (at < end && pattern.charAt(at) == ',') {
      at++;
      most = at < end && pattern.charAt(at) == '}' ? Expressions.UNBOUNDED : number();
    }
    if (at == end || pattern.charAt(at) != '}' || most < least) {
      throw wrong("a damaged quantifier", "{n}, {n,} or {n,m} with n at most m");
    }
    return repeated(atom, least, most);
  }

  private int number() {
    int value = 0;
    int start = at;
    while (at < end && Character.digit(pattern.charAt(at), 10) >= 0 && value <= MOST_TIMES) {
      value = 10 * value + Character.digit(pattern.charAt(at++), 10);
    }
    if (at == start || value > MOST_TIMES) {
      throw wrong("no usable count", "a number of at most " + MOST_TIMES);
    }
    return value;
  }

  private Expression atom() {
    int c = pattern.codePointAt(at);
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        RegexClass members = new RegexClass(pattern, at, end);
        at = members.end();
        return encoder.oneOf(members.codePoints());
      }
      case '.' -> {
        at++;
        return encoder.oneOf(RegexEscape.notLineEnd());
      }
      case '\\' -> {
        BitSet escaped = RegexEscape.read(pattern, at, end);
        at += 2;
        return encoder.oneOf(escaped);
      }
      case '^', '$' -> throw wrong("an anchor inside", "^ at the start and $ at the end alone");
      case '?', '*', '+', '{', '}', ']' ->
          throw wrong("a " + (char) c + " without what it belongs to", "an escape before it");
      default -> {
        at += Character.charCount(c);
        return encoder.oneOf(RegexEscape.single(c));
      }
    }
  }

  private Expression group() {
    at++;
    if (pattern.startsWith("?", at)) {
      if (!pattern.startsWith("?:", at)) {
        throw wrong("a group of another kind", "( or (?:");
      }
      at += 2;
    }
    Expression inside = alternatives();
    if (at >= end) {
      throw wrong("an open group", "a ) at its end");
    }
    at++;
    return inside;
  }

  private RequestException wrong(String found, String expected) {
    return RegexEscape.wrong(at, found, expected);
  }
}
