package io.sparkllama.runtime;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** The memory into which a decoder's passes write the logits that are asked for. */
final class AskedLogits {

  /** Rows that requests with labels ask for in one pass, where the slots are few. */
  private static final int LEAST_ROWS = 32;

  /** Rows that one request can ask for: after its prompt, and after each token of its labels. */
  private static final int MOST_ROWS_OF_ONE = 1 + PackedPrefill.MOST_BRANCH_TOKENS;

  private final int maxRows;
  private final FloatBuffer scores;
  private final LongBuffer nextTokens;
  private final FloatBuffer largest;
  private final FloatBuffer sums;
  private final Logits logits;

  AskedLogits(NativeMemory memory, int slots, int vocabulary) {
    this.maxRows = rows(slots);
    this.scores = memory.floats((long) maxRows * vocabulary);
    this.nextTokens = memory.longs(maxRows);
    this.largest = memory.floats(maxRows);
    this.sums = memory.floats(maxRows);
    this.logits = new Logits(scores, nextTokens, largest, sums, vocabulary);
  }

  /**
   * Rows that a decoder of some slots can give in one pass: any request beside all other slots,
   * which may guess as many tokens as there are slots.
   */
  static int rows(int slots) {
    return Math.max(2 * slots + MOST_ROWS_OF_ONE, LEAST_ROWS);
  }

  int maxRows() {
    return maxRows;
  }

  /** Lets a pass write {@code rows} rows. */
  void bind(StepTensors step, int rows) {
    int vocabulary = logits.vocabulary();
    step.output(LogitsSelection.OUTPUT, scores.slice(0, rows * vocabulary), rows, vocabulary);
    step.output(NextTokens.TOKENS, nextTokens.slice(0, rows), rows, 1);
    step.output(NextTokens.MOST, largest.slice(0, rows), rows, 1);
    step.output(NextTokens.SUMS, sums.slice(0, rows), rows, 1);
  }

  /** What the last pass wrote. */
  Logits read() {
    return logits;
  }
}
