package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.concurrent.CancellationException;

/** Reads prompts into slots, in chunks, so that memory stays small and a cancel is noticed. */
final class Prefill {

  private final Decoder decoder;
  private final SlotTable slots;
  private final Counters counters;
  private final int chunk;

  Prefill(Decoder decoder, SlotTable slots, Counters counters, int chunk) {
    this.decoder = decoder;
    this.slots = slots;
    this.counters = counters;
    this.chunk = chunk;
  }

  /**
   * @return one row of logits: those after the prompt's last token
   */
  Logits run(Job job, Slot slot) {
    Tokens prompt = job.prompt();
    int done = slots.reuse(slot, prompt, job.adapter());
    counters.prompt(prompt.length(), done);
    Logits logits = null;
    long start = System.nanoTime();
    while (done < prompt.length()) {
      if (job.over()) {
        throw new CancellationException();
      }
      int end = Math.min(prompt.length(), done + chunk);
      Tokens part = prompt.slice(done, end);
      logits = decoder.prefill(slot.index(), done, part, 1);
      slot.append(part);
      done = end;
    }
    counters.prefillTime(System.nanoTime() - start);
    return logits;
  }
}
