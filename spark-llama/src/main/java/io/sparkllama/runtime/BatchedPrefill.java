package io.sparkllama.runtime;

import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/**
 * Reads whole prompts of neighbouring slots side by side in one pass, each padded at its end to the
 * longest: a device with thousands of processors is idle in a pass for one short prompt.
 */
@FunctionalInterface
public interface BatchedPrefill {

  /**
   * Stores keys and values from position 0 of the slots on; what they held is forgotten.
   *
   * @param first slot of the first prompt; each next one goes into the next slot
   * @param prompts at least one, and at most as many as there are rows of logits; as often as there
   *     are prompts, the longest one's tokens are at most what a pass may have
   * @return one row for each, the logits after its last token; valid until the decoder's next call
   */
  Logits read(int first, List<Tokens> prompts);
}
