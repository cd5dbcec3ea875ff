package io.sparkllama.constraint;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Decimal numbers between two whole numbers. Zero has no sign, and a number has no zeros in front.
 *
 * @param fractionDigits most digits behind the point; 0 for whole numbers
 */
record DecimalRange(Expressions expressions, int fractionDigits) {

  Expression between(DecimalBound low, DecimalBound high) {
    List<Expression> parts = new ArrayList<>();
    if (high.value().signum() >= 0) {
      parts.add(magnitudes(low.value().signum() < 0 ? DecimalBound.FROM_ZERO : low, high));
    }
    if (low.value().signum() < 0) {
      DecimalBound least = high.value().signum() < 0 ? high.negate() : DecimalBound.ABOVE_ZERO;
      parts.add(expressions.sequence(expressions.literal("-"), magnitudes(least, low.negate())));
    }
    return expressions.choice(parts);
  }

  /** Numbers from 0 on. */
  private Expression magnitudes(DecimalBound low, DecimalBound high) {
    BigInteger above = low.value().add(BigInteger.ONE);
    BigInteger below = high.value().subtract(BigInteger.ONE);
    BigInteger first = low.included() ? low.value() : above;
    List<Expression> parts = new ArrayList<>();
    parts.add(wholes(first, high.included() ? high.value() : below));
    if (fractionDigits > 0) {
      parts.add(expressions.sequence(wholes(first, below), fraction()));
      if (!low.included() && low.value().compareTo(below) <= 0) {
        Expression whole = expressions.literal(low.value().toString());
        parts.add(expressions.sequence(whole, fractionAboveZero()));
      }
    }
    return expressions.choice(parts);
  }

  private Expression fraction() {
    return expressions.sequence(expressions.literal("."), digits(1, fractionDigits));
  }

  private Expression fractionAboveZero() {
    List<Expression> parts = new ArrayList<>();
    for (int zeros = 0; zeros < fractionDigits; zeros++) {
      parts.add(
          expressions.sequence(
              expressions.literal("." + "0".repeat(zeros)),
              expressions.oneByte('1', '9'),
              digits(0, fractionDigits - zeros - 1)));
    }
    return expressions.choice(parts);
  }

  private Expression digits(int least, int most) {
    return expressions.repeat(expressions.oneByte('0', '9'), least, most);
  }

  private Expression wholes(BigInteger from, BigInteger to) {
    if (from.compareTo(to) > 0) {
      return expressions.nothing();
    }
    String low = from.toString();
    String high = to.toString();
    if (low.length() == high.length()) {
      return ofLength(low, high);
    }
    List<Expression> parts = new ArrayList<>();
    parts.add(ofLength(low, "9".repeat(low.length())));
    parts.add(ofLength("1" + "0".repeat(high.length() - 1), high));
    if (high.length() - low.length() > 1) {
      parts.add(
          expressions.sequence(
              expressions.oneByte('1', '9'), digits(low.length(), high.length() - 2)));
    }
    return expressions.choice(parts);
  }

  private Expression ofLength(String from, String to) {
    return ByteRanges.ofDigits(expressions)
        .between(from.getBytes(StandardCharsets.US_ASCII), to.getBytes(StandardCharsets.US_ASCII));
  }
}
