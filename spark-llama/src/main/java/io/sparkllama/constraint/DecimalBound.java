package io.sparkllama.constraint;

import java.math.BigInteger;

/**
 * One end of a range of numbers.
 *
 * @param included whether it belongs to the range itself
 */
record DecimalBound(BigInteger value, boolean included) {

  static final DecimalBound ABOVE_ZERO = new DecimalBound(BigInteger.ZERO, false);
  static final DecimalBound FROM_ZERO = new DecimalBound(BigInteger.ZERO, true);

  DecimalBound negate() {
    return new DecimalBound(value.negate(), included);
  }
}
