package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.Reading;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Rows that take their next token in a pass that reads prompts: it costs them a fraction of a step,
 * since the pass has to start every operator and read every weight anyway.
 *
 * @param slots slots of the rows
 */
record Riders(List<Slot> slots) {

  /**
   * The rows that an adapter answers; none where they would take most of the pass from the prompts.
   *
   * @param mostTokens tokens that the pass may read
   */
  static Riders of(SlotTable table, Optional<Path> adapter, int mostTokens) {
    List<Slot> rows =
        table.active().stream()
            .filter(slot -> !job(slot).over() && job(slot).adapter().equals(adapter))
            .toList();
    return new Riders(2 * rows.size() <= mostTokens ? rows : List.of());
  }

  int count() {
    return slots.size();
  }

  List<Job.Generate> jobs() {
    return slots.stream().map(Riders::job).toList();
  }

  List<Reading> readings() {
    return slots.stream()
        .map(slot -> new Reading(slot.index(), slot.length(), Tokens.of(last(slot)), List.of()))
        .toList();
  }

  /**
   * Takes the tokens from a pass that has read them.
   *
   * @param row logits of the first rider; those of the others follow
   */
  void take(Logits logits, int row, Counters counters) {
    int next = row;
    for (Slot slot : slots) {
      slot.append(last(slot));
      counters.generated();
      slot.take(logits, next++);
    }
    counters.step(slots.size());
  }

  void fail(RuntimeException reason) {
    slots.forEach(slot -> Failures.end(slot, job(slot), reason));
  }

  private static int last(Slot slot) {
    return slot.row().orElseThrow().last();
  }

  private static Job.Generate job(Slot slot) {
    return slot.row().orElseThrow().job();
  }
}
