package io.sparkllama.runtime;

import java.util.List;

/**
 * Reads prompts of several slots in one pass, which uses a processor better than a pass for each.
 * Logits and cache are the same, bit by bit, as if each were read alone.
 */
@FunctionalInterface
public interface PackedPrefill {

  /** Most tokens of a reading's branches together; every slot has room for them behind its end. */
  int MOST_BRANCH_TOKENS = 15;

  /**
   * @param readings of different slots, at least one; as many tokens as a pass may have at most
   * @return the rows of logits of each, one after the other; valid until the decoder's next call
   */
  Logits read(List<Reading> readings);
}
