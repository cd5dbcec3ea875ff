package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Reads prompts into slots, in chunks, so that memory stays small and a cancel is noticed. */
final class Prefill {

  private final Decoder decoder;
  private final SlotTable slots;
  private final Counters counters;
  private final Chunks chunks;

  Prefill(Decoder decoder, SlotTable slots, Counters counters, int chunk) {
    this.decoder = decoder;
    this.slots = slots;
    this.counters = counters;
    this.chunks = new Chunks(chunk);
  }

  /**
   * A prompt that has been read.
   *
   * @param logits one row: those after the last token
   * @param reused tokens that some slot held already
   */
  record Read(Logits logits, int reused) {}

  /** Reads a prompt, but for what some slot holds already. */
  Read run(Job job, Slot slot) {
    Tokens prompt = job.prompt();
    int held = reuse(slot, job, prompt.length() - 1);
    counters.prompt(prompt.length(), held);
    return new Read(read(slot, prompt, held, job::over), held);
  }

  /**
   * Brings what some slot holds of a prompt's first tokens into a slot, and forgets the rest.
   *
   * @param most tokens wanted
   * @return tokens that are there
   */
  int reuse(Slot slot, Job job, int most) {
    return slots.reuse(slot, job.prompt().slice(0, most), job.adapter());
  }

  /**
   * Reads tokens into a slot that holds the first of them.
   *
   * @param held tokens that are there, fewer than there are tokens
   * @param cancelled asked before each pass
   * @return the logits after the last token
   * @throws CancellationException when the answer is not wanted any more
   */
  Logits read(Slot slot, Tokens tokens, int held, BooleanSupplier cancelled) {
    int from = Chunks.start(held, tokens.length());
    slot.truncate(from);
    long start = System.nanoTime();
    Logits logits = null;
    while (from < tokens.length()) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException();
      }
      int end = chunks.end(from, tokens.length());
      Tokens part = tokens.slice(from, end);
      logits = decoder.prefill(slot.index(), from, part, 1);
      slot.append(part);
      from = end;
    }
    counters.prefillTime(System.nanoTime() - start);
    return logits;
  }
}
