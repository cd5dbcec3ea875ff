package io.sparkllama.engine;

/**
 * Where the passes end in which a prompt is read. Attention takes another path, with other last
 * bits, for a token that is left over behind blocks of {@value #BLOCK} or a multiple: so no pass is
 * one token longer than that, and what it writes does not depend on where the pass before it ended.
 */
final class Chunks {

  private static final int BLOCK = 16;

  private final int most;

  /**
   * @param most tokens of a pass, at least {@link EngineOptions#LEAST_CHUNK}
   */
  Chunks(int most) {
    this.most = most - most % BLOCK;
  }

  /** The start to read from when the first {@code held} positions of a prompt are there. */
  static int start(int held, int length) {
    int start = Math.min(held, length - 1);
    return start > 0 && leavesOneOver(length - start) ? start - 1 : start;
  }

  /** The end of the pass that begins at {@code from}. */
  int end(int from, int length) {
    int rest = length - from;
    if (rest > most) {
      return from + (rest == most + 1 ? most - 1 : most);
    }
    return rest > 1 && leavesOneOver(rest) ? length - 2 : length;
  }

  private static boolean leavesOneOver(int count) {
    return count % BLOCK == 1;
  }
}
