package io.sparkllama.runtime;

import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/**
 * What a pass is to read of one slot.
 *
 * @param slot slot, from 0
 * @param past positions of the slot that count already
 * @param tokens what follows them, at least one
 * @param asked of how many last tokens the logits are wanted, from 1
 * @param branches continuations of the last token that do not see each other; their keys and values
 *     lie behind {@code tokens} and are forgotten. Together at most {@link
 *     PackedPrefill#MOST_BRANCH_TOKENS} tokens
 */
public record Reading(int slot, int past, Tokens tokens, int asked, List<Tokens> branches) {

  public Reading {
    branches = List.copyOf(branches);
  }

  /** Tokens that the pass reads for it. */
  public int size() {
    return tokens.length() + Tokens.count(branches);
  }

  /**
   * Rows of logits: after each of the tokens that they are asked for, and after each token of the
   * branches, in order.
   */
  public int logitsRows() {
    return asked + Tokens.count(branches);
  }
}
