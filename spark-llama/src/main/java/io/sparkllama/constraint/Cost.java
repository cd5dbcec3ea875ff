package io.sparkllama.constraint;

import java.util.stream.IntStream;

/**
 * What it takes to satisfy an expression. Numbers stop at {@link #NEVER}.
 *
 * @param leastBytes bytes of its shortest text
 * @param leastTokens tokens that are enough for one of its texts; {@link #NEVER} where the
 *     vocabulary has no tokens for any
 * @param peakTokens the most that {@code leastTokens} can become on the way to the end, whatever
 *     bytes come
 */
record Cost(int leastBytes, int leastTokens, int peakTokens) {

  static final int NEVER = 1 << 29;
  static final Cost NONE = new Cost(0, 0, 0);
  static final Cost OF_NOTHING = new Cost(NEVER, NEVER, 0);

  /** Of a byte that is a token. */
  static final Cost OF_BYTE = new Cost(1, 1, 1);

  /**
   * Of given bytes.
   *
   * @param tokens how many are enough for what remains before each byte
   */
  static Cost ofLiteral(int bytes, int[] tokens) {
    return new Cost(bytes, tokens[0], IntStream.of(tokens).max().orElseThrow());
  }

  Cost then(Cost rest) {
    return new Cost(
        plus(leastBytes, rest.leastBytes),
        plus(leastTokens, rest.leastTokens),
        Math.max(plus(peakTokens, rest.leastTokens), rest.peakTokens));
  }

  Cost or(Cost other) {
    return new Cost(
        Math.min(leastBytes, other.leastBytes),
        Math.min(leastTokens, other.leastTokens),
        Math.max(peakTokens, other.peakTokens));
  }

  Cost times(int count) {
    return new Cost(
        times(leastBytes, count),
        times(leastTokens, count),
        plus(peakTokens, times(leastTokens, Math.max(0, count - 1))));
  }

  private static int plus(int a, int b) {
    return Math.min(NEVER, a + b);
  }

  private static int times(int value, int count) {
    return (int) Math.min(NEVER, (long) value * count);
  }
}
