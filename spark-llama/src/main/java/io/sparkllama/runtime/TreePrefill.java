package io.sparkllama.runtime;

/**
 * Reads several short continuations of a slot's past in one pass, which uses a processor better
 * than a pass for each. Its logits differ from theirs in the last bits.
 */
@FunctionalInterface
public interface TreePrefill {

  /** Most tokens of a tree. */
  int MAX_TOKENS = 256;

  /** Most positions before a tree. */
  int MAX_PAST = 512;

  /**
   * Positions of the slot behind {@code past} are undefined afterwards.
   *
   * @param past positions of the slot that count, at most {@link #MAX_PAST}
   * @param tree at least one token, at most {@link #MAX_TOKENS}, and {@code past + tree.size()} at
   *     most the capacity
   * @param asked indices of the tokens behind which logits are wanted, at least one
   * @return a row for each of {@code asked}, valid until the decoder's next call
   */
  Logits prefill(int slot, int past, TokenTree tree, int[] asked);
}
