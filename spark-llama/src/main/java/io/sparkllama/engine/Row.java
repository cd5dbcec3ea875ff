package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** One answer being written. */
final class Row {

  /** Tokens of a guess that a constraint makes nearly certain. */
  private static final int MOST_FORCED = 8;

  private final Job.Generate job;
  private final TokenChooser chooser;
  private final AnswerEnd end;
  private final IntPredicate stops;
  private final PromptLookup lookup = new PromptLookup();
  private final int reused;
  private int[] generated = new int[16];
  private int count;
  private boolean mayHoldStop;

  /**
   * @param reused tokens of its prompt that were not read for it
   */
  Row(Job.Generate job, int reused, AnswerEnd end) {
    this.job = job;
    this.chooser = TokenChooser.of(job);
    this.end = end;
    this.stops = end.stops(job.request());
    this.reused = reused;
  }

  Job.Generate job() {
    return job;
  }

  int reused() {
    return reused;
  }

  int count() {
    return count;
  }

  /** The token that the next step feeds. */
  int last() {
    return generated[count - 1];
  }

  boolean canGuess(Slot slot) {
    return slot.continuation(last()) < slot.length() || !forced(1).isEmpty();
  }

  private Tokens forced(int most) {
    return job.cursor().map(cursor -> cursor.forced(most)).orElseGet(Tokens::of);
  }

  /**
   * Tokens that may follow the last one: those of a text that its constraint leaves no choice of,
   * or those that followed like ones before.
   *
   * @param slot holds all that came before the last token
   * @param most tokens wanted
   */
  Tokens guess(Slot slot, int most) {
    int wanted = job.request().maxTokens() - count - 1;
    int room = slot.capacity() - slot.length() - 1;
    int allowed = Math.max(0, Math.min(most, Math.min(wanted, room)));
    Tokens forced = forced(Math.min(MOST_FORCED, allowed));
    return forced.isEmpty() ? lookup.guess(slot, last(), allowed) : forced;
  }

  void judge(Tokens guess, int right) {
    lookup.judge(guess, right);
  }

  /** Whether the last token may have ended one of the request's stop strings. */
  boolean mayHoldStop() {
    return mayHoldStop;
  }

  /** A copy of the answer so far. */
  Tokens tokens() {
    return Tokens.of(Arrays.copyOf(generated, count));
  }

  /**
   * Takes the next token from a row of logits.
   *
   * @return whether the answer has ended; its future is complete then
   */
  boolean accept(Logits logits, int index, Slot slot) {
    int token = chooser.choose(logits, index);
    if (count == generated.length) {
      generated = Arrays.copyOf(generated, 2 * count);
    }
    generated[count++] = token;
    mayHoldStop = stops.test(token);
    job.listener().accept(token);
    return end.reached(job.request(), this, slot.full())
        .map(generation -> job.future().complete(generation))
        .isPresent();
  }
}
