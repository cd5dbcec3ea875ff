package io.sparkllama.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Integers and numbers within bounds, without exponents. */
final class NumberSchema {

  /** Of an integer without bounds: any fits 64 bits. */
  static final int DEFAULT_DIGITS = 18;

  /** Of a number without bounds, before the point: a double holds each of them. */
  static final int DEFAULT_WHOLE_DIGITS = 15;

  static final int DEFAULT_FRACTION_DIGITS = 10;

  private NumberSchema() {}

  static Expression integer(SchemaNode node, Expressions expressions) {
    if (node.has("multipleOf") && node.number("multipleOf").compareTo(BigDecimal.ONE) != 0) {
      throw node.wrong("multipleOf of an integer that is not 1", "1");
    }
    BigInteger limit = BigInteger.TEN.pow(DEFAULT_DIGITS);
    return decimals(node, limit, 0, expressions);
  }

  static Expression number(SchemaNode node, Expressions expressions) {
    BigInteger limit = BigInteger.TEN.pow(DEFAULT_WHOLE_DIGITS);
    return decimals(node, limit, fractionDigits(node), expressions);
  }

  private static int fractionDigits(SchemaNode node) {
    if (!node.has("multipleOf")) {
      return DEFAULT_FRACTION_DIGITS;
    }
    BigDecimal step = node.number("multipleOf").stripTrailingZeros();
    if (!step.unscaledValue().equals(BigInteger.ONE) || step.scale() < 0) {
      throw node.wrong("multipleOf of another kind", "1, 0.1, 0.01 and so on");
    }
    return step.scale();
  }

  /**
   * @param limit that values stay below, with either sign, where the schema has no bound
   */
  private static Expression decimals(
      SchemaNode node, BigInteger limit, int fractionDigits, Expressions expressions) {
    DecimalBound low = bound(node, "minimum", "exclusiveMinimum", limit.negate());
    DecimalBound high = bound(node, "maximum", "exclusiveMaximum", limit);
    Expression values = new DecimalRange(expressions, fractionDigits).between(low, high);
    if (values == expressions.nothing() && fractionDigits >= 0) {
      throw node.wrong(
          "no number between " + low.value() + " and " + high.value(),
          "bounds in their order; without others they are -" + limit + " and " + limit);
    }
    return values;
  }

  private static DecimalBound bound(
      SchemaNode node, String including, String excluding, BigInteger without) {
    if (node.has(including) && node.has(excluding)) {
      throw node.wrong(including + " and " + excluding, "one of them");
    }
    return node.wholeNumber(including)
        .map(value -> new DecimalBound(value, true))
        .orElseGet(() -> new DecimalBound(node.wholeNumber(excluding).orElse(without), false));
  }
}
