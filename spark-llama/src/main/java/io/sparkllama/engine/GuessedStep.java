package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.PackedPrefill;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A step in which rows take several tokens where their guesses are right. */
final class GuessedStep {

  private final PackedPrefill passes;
  private final int mostTokens;
  private final Counters counters;

  /**
   * @param mostTokens tokens that a pass may read
   */
  GuessedStep(PackedPrefill passes, int mostTokens, Counters counters) {
    this.passes = passes;
    this.mostTokens = mostTokens;
    this.counters = counters;
  }

  /**
   * Runs the rows that an adapter answers, if one of them has a guess.
   *
   * @return whether it did
   */
  boolean run(List<Slot> slots, Optional<Path> adapter) {
    if (!guesses(slots)) {
      return false;
    }
    Riders riders = Riders.of(slots, adapter, mostTokens);
    if (riders.guessed() == 0) {
      return false;
    }
    long start = System.nanoTime();
    Logits logits = passes.read(riders.readings());
    counters.decodeTime(System.nanoTime() - start);
    riders.take(logits, counters);
    return true;
  }

  /** Makes nothing: most steps of texts that do not repeat themselves end here. */
  private static boolean guesses(List<Slot> slots) {
    for (Slot slot : slots) {
      if (!slot.free() && slot.row().orElseThrow().canGuess(slot)) {
        return true;
      }
    }
    return false;
  }
}
