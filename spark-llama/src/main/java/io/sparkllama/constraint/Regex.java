package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;

/**
 * A regular expression that the whole answer matches.
 *
 * <p>Literals, {@code .} (any character but a line end), classes such as {@code [a-z]} and {@code
 * [^0-9]}, {@code \d \w \s} (ASCII) with their opposites, groups, {@code |}, and the quantifiers
 * {@code ? * + {n} {n,} {n,m}}. {@code ^} and {@code $} are allowed at the ends, where they change
 * nothing.
 *
 * @param pattern the expression
 */
public record Regex(String pattern) implements Constraint {

  /**
   * @throws RequestException when it is damaged or uses something else; the message says where
   */
  public Regex {
    Grammar.check(RegexReader.ofAnswer(pattern));
  }
}
