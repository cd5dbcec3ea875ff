package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import java.util.List;

/**
 * Scores labels of several tokens behind prompts in several slots: each step reads a token of every
 * prompt, where one prompt after the other would take a pass for each of its labels.
 */
final class LabelSteps {

  private final Decoder decoder;
  private final SlotTable slots;

  LabelSteps(Decoder decoder, SlotTable slots) {
    this.decoder = decoder;
    this.slots = slots;
  }

  /** Whether steps for all are fewer than passes for each; a step may take twice as long as one. */
  static boolean gain(List<LabelRest> rests) {
    int steps = rests.stream().mapToInt(LabelRest::steps).max().orElse(0);
    return 2 * steps <= rests.stream().mapToInt(LabelRest::passes).sum();
  }

  /** Reads until all are over; the slots hold their prompts, and do so afterwards. */
  void run(List<LabelRest> rests) {
    List<LabelRest> open = rests.stream().filter(rest -> !rest.over()).toList();
    while (!open.isEmpty()) {
      Logits logits = step(open);
      open.forEach(rest -> rest.take(logits));
      open = open.stream().filter(rest -> !rest.over()).toList();
    }
  }

  private Logits step(List<LabelRest> open) {
    int rows = 1 + open.stream().mapToInt(rest -> rest.slot().index()).max().orElseThrow();
    int[] tokens = new int[rows];
    int[] past = new int[rows];
    for (Slot slot : slots.all().subList(0, rows)) {
      past[slot.index()] = slot.end();
    }
    for (LabelRest rest : open) {
      tokens[rest.slot().index()] = rest.next();
      past[rest.slot().index()] = rest.past();
    }
    return decoder.decode(rows, tokens, past);
  }
}
