package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;

/** One answer being written. */
final class Row {

  private final Job.Generate job;
  private final TokenChooser chooser;
  private final AnswerEnd end;
  private final int reused;
  private int[] generated = new int[16];
  private int count;

  /**
   * @param reused tokens of its prompt that were not read for it
   */
  Row(Job.Generate job, int reused, AnswerEnd end) {
    this.job = job;
    this.chooser = TokenChooser.of(job);
    this.end = end;
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
    return end.reached(job.request(), this, slot.full())
        .map(generation -> job.future().complete(generation))
        .isPresent();
  }
}
