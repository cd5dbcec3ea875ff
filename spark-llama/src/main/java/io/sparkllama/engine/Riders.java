package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.Reading;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows that take their next tokens in one pass: with prompts that are read, which costs them a
 * fraction of a step, since the pass has to start every operator and read every weight anyway; or
 * alone, where some can guess what follows.
 */
record Riders(List<Rider> all) {

  /**
   * The rows that an adapter answers; none where they would take most of the pass.
   *
   * @param mostTokens tokens that the pass may read
   */
  static Riders of(List<Slot> slots, Optional<Path> adapter, int mostTokens) {
    List<Slot> rows = slots.stream().filter(slot -> answers(slot, adapter)).toList();
    int room = Math.min(slots.size(), mostTokens / 2 - rows.size());
    if (room < 0) {
      return new Riders(List.of());
    }
    List<Rider> riders = new ArrayList<>();
    for (Slot slot : rows) {
      Tokens guess = slot.row().orElseThrow().guess(slot, room);
      riders.add(new Rider(slot, guess));
      room -= guess.length();
    }
    return new Riders(riders);
  }

  private static boolean answers(Slot slot, Optional<Path> adapter) {
    return slot.row()
        .map(Row::job)
        .filter(job -> !job.over() && job.adapter().equals(adapter))
        .isPresent();
  }

  int count() {
    return all.size();
  }

  /** Tokens that a pass reads for them, and rows of logits that it gives. */
  int tokens() {
    return all.size() + guessed();
  }

  int guessed() {
    return all.stream().mapToInt(rider -> rider.guess().length()).sum();
  }

  List<Job.Generate> jobs() {
    return all.stream().map(rider -> rider.row().job()).toList();
  }

  List<Reading> readings() {
    return all.stream().map(Rider::reading).toList();
  }

  /** Takes the tokens from a pass that has read them before anything else. */
  void take(Logits logits, Counters counters) {
    counters.step(count());
    int first = 0;
    for (Rider rider : all) {
      rider.take(logits, first, counters);
      first += 1 + rider.guess().length();
    }
  }

  void fail(RuntimeException reason) {
    all.forEach(rider -> rider.fail(reason));
  }
}
