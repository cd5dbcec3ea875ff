package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;

/**
 * Guesses a row's next tokens: those that followed where its last three tokens stood before, in the
 * prompt or in the answer. Summaries and translations repeat names and phrases of their text. A
 * pass that checks guesses gives the very tokens that passes without them would give; it only takes
 * several at once.
 *
 * <p>Prompt lookup decoding, as in transformers' {@code prompt_lookup_num_tokens}, with a length
 * that follows the luck of the row.
 */
final class PromptLookup {

  private static final int MOST = 4;

  private int length = 1;

  /**
   * @param last the row's last token, which the slot does not hold yet
   * @param most tokens that there is room for
   */
  Tokens guess(Slot slot, int last, int most) {
    int from = slot.continuation(last);
    return slot.tokens(from, Math.min(slot.length(), from + Math.min(length, most)));
  }

  /** Learns how many tokens of a guess, from its first, were right. */
  void judge(Tokens guess, int right) {
    length = right == guess.length() ? Math.min(MOST, 2 * length) : Math.max(1, length / 2);
  }
}
