package io.sparkllama.runtime;

/**
 * @param slots rows decoded together, at least 1
 * @param capacity positions of one slot, at least 2
 * @param threads native threads, at least 1
 * @param longestPass most prompt tokens in one pass
 * @param attention which operator computes attention
 */
public record DecoderOptions(
    int slots, int capacity, int threads, int longestPass, Attention attention) {

  /** Any prompt in one pass. */
  public DecoderOptions(int slots, int capacity, int threads) {
    this(slots, capacity, threads, capacity, Attention.OWN);
  }
}
