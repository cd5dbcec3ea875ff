package io.sparkllama.engine;

import io.sparkllama.errors.EngineException;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The next token of every row. Rows of one adapter, as in most jobs, share one pass. */
final class DecodeStep {

  private final Decoder decoder;
  private final Optional<GuessedStep> guessed;
  private final Counters counters;
  private final int[] tokens;
  private final int[] past;
  private final boolean[] waiting;
  private final boolean[] taking;

  /**
   * @param guessed takes the place of a plain step where it can
   */
  DecodeStep(Decoder decoder, int slots, Optional<GuessedStep> guessed, Counters counters) {
    this.decoder = decoder;
    this.guessed = guessed;
    this.counters = counters;
    this.tokens = new int[slots];
    this.past = new int[slots];
    this.waiting = new boolean[slots];
    this.taking = new boolean[slots];
  }

  /** One pass for each adapter that rows are answered with. */
  void run(List<Slot> slots) {
    for (Slot slot : slots) {
      waiting[slot.index()] = !slot.free();
    }
    for (Slot slot : slots) {
      if (waiting[slot.index()]) {
        run(slots, adapter(slot));
      }
    }
  }

  private void run(List<Slot> slots, Optional<Path> adapter) {
    int rows = choose(slots, adapter);
    try {
      decoder.activate(adapter);
      if (guessed.isPresent() && guessed.get().run(slots, adapter)) {
        return;
      }
      for (int i = 0; i < rows; i++) {
        place(slots.get(i));
      }
      long start = System.nanoTime();
      Logits logits = decoder.decode(rows, tokens, past);
      counters.decodeTime(System.nanoTime() - start);
      counters.step(answering());
      take(slots, logits);
    } catch (EngineException e) {
      fail(slots, e);
    }
  }

  /** Returns how many slots, from the first, a pass for the adapter's rows runs. */
  private int choose(List<Slot> slots, Optional<Path> adapter) {
    int rows = 0;
    for (Slot slot : slots) {
      int index = slot.index();
      taking[index] = waiting[index] && adapter(slot).equals(adapter);
      if (taking[index]) {
        waiting[index] = false;
        rows = index + 1;
      }
    }
    return rows;
  }

  private int answering() {
    int count = 0;
    for (boolean takes : taking) {
      count += takes ? 1 : 0;
    }
    return count;
  }

  private void place(Slot slot) {
    int index = slot.index();
    tokens[index] = taking[index] ? slot.row().orElseThrow().last() : 0;
    past[index] = slot.end();
  }

  private void take(List<Slot> slots, Logits logits) {
    for (Slot slot : slots) {
      if (taking[slot.index()]) {
        slot.append(tokens[slot.index()]);
        counters.decoded();
        slot.take(logits, slot.index());
      }
    }
  }

  private void fail(List<Slot> slots, EngineException reason) {
    for (Slot slot : slots) {
      if (taking[slot.index()]) {
        slot.row().ifPresent(row -> Failures.end(slot, row.job(), reason));
      }
    }
  }

  private static Optional<Path> adapter(Slot slot) {
    return slot.row().orElseThrow().job().adapter();
  }
}
