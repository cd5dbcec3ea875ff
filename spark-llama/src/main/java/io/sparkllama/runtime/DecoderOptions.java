package io.sparkllama.runtime;

/**
 * @param slots rows decoded together, at least 1
 * @param capacity positions of one slot, at least 2
 * @param threads native threads, at least 1
 * @param longestPass most prompt tokens in one pass
 * @param passes what passes are to read
 */
public record DecoderOptions(int slots, int capacity, int threads, int longestPass, Passes passes) {

  /** What passes read. */
  public enum Passes {
    /** Tokens that follow each other. */
    SEQUENCES,
    /** Also trees of tokens, where the graph allows it, at a small cost to every pass. */
    TREES
  }

  /** Any prompt in one pass, as a sequence. */
  public DecoderOptions(int slots, int capacity, int threads) {
    this(slots, capacity, threads, capacity, Passes.SEQUENCES);
  }
}
