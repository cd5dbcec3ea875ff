package io.sparkllama.runtime;

/**
 * @param slots rows decoded together, at least 1
 * @param capacity positions of one slot, at least 2
 * @param threads native threads, at least 1
 * @param longestPass most prompt tokens in one pass
 * @param attention which operator computes attention on a CPU
 * @param device where it computes
 */
public record DecoderOptions(
    int slots,
    int capacity,
    int threads,
    int longestPass,
    Attention attention,
    ComputeDevice device) {

  /** On the CPU. */
  public DecoderOptions(
      int slots, int capacity, int threads, int longestPass, Attention attention) {
    this(slots, capacity, threads, longestPass, attention, ComputeDevice.CPU);
  }

  /** Any prompt in one pass, on the CPU. */
  public DecoderOptions(int slots, int capacity, int threads) {
    this(slots, capacity, threads, capacity, Attention.OWN);
  }

  /** The same on another device. */
  public DecoderOptions on(ComputeDevice newDevice) {
    return new DecoderOptions(slots, capacity, threads, longestPass, attention, newDevice);
  }

  /** The same with another number of slots. */
  DecoderOptions withSlots(int newSlots) {
    return new DecoderOptions(newSlots, capacity, threads, longestPass, attention, device);
  }

  /** The threads of one stage of several, which run at the same time. */
  DecoderOptions ofStage(int stages) {
    return new DecoderOptions(
        slots, capacity, Math.max(1, threads / stages), longestPass, attention, device);
  }

  /**
   * The slots of one lane of several, which share them.
   *
   * @param lane from 0
   */
  DecoderOptions ofLane(int lane, int lanes) {
    int share = slots / lanes + (lane < slots % lanes ? 1 : 0);
    return withSlots(share);
  }

  /** Tokens that a pass can have. */
  int mostTokens() {
    return Math.max(slots, Math.max(longestPass, capacity));
  }
}
