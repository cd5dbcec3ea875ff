package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.Reading;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/**
 * A row that takes its next token in a pass with others, and more where the guess is right.
 *
 * @param slot the row's slot
 * @param guess tokens that may follow the next one's place; empty for none
 */
record Rider(Slot slot, Tokens guess) {

  /** What the pass reads: the row's last token and the guess, with logits after each. */
  Reading reading() {
    Tokens tokens = Tokens.of(row().last()).concat(guess);
    return new Reading(slot.index(), slot.length(), tokens, tokens.length(), List.of());
  }

  /**
   * Takes tokens from the pass for as long as the guess is what the row chose.
   *
   * @param first logits after the row's last token; those after the guess follow
   */
  void take(Logits logits, int first, Counters counters) {
    Row row = row();
    int taken = 0;
    do {
      slot.append(row.last());
      counters.decoded();
      slot.take(logits, first + taken);
      taken++;
    } while (!slot.free() && taken <= guess.length() && row.last() == guess.at(taken - 1));
    if (!guess.isEmpty()) {
      row.judge(guess, taken - 1);
    }
  }

  void fail(RuntimeException reason) {
    slot.row().ifPresent(row -> Failures.end(slot, row.job(), reason));
  }

  Row row() {
    return slot.row().orElseThrow();
  }
}
