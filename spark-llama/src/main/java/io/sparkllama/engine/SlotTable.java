package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The slots of one decoder, low ones used first, so that the decode batch stays dense. */
final class SlotTable {

  // Below this, finding and copying a shared start costs more than computing it again.
  private static final int LEAST_REUSE = 4;

  private final Decoder decoder;
  private final List<Slot> slots;

  SlotTable(Decoder decoder, int count, int capacity) {
    this.decoder = decoder;
    Slot.Keeps keeps = decoder.packed().isPresent() ? Slot.Keeps.ALL : Slot.Keeps.PROMPTS;
    this.slots = IntStream.range(0, count).mapToObj(i -> new Slot(i, capacity, keeps)).toList();
  }

  List<Slot> all() {
    return slots;
  }

  Optional<Slot> firstFree() {
    return slots.stream().filter(Slot::free).findFirst();
  }

  /** How many slots are free. */
  int free() {
    return slots.size() - inUse();
  }

  /** Free slots beside each other, for which rows move where they are in the way. */
  List<Slot> neighbours(int count) {
    int from = 0;
    for (int i = 0; i < slots.size() && i - from < count; i++) {
      from = slots.get(i).free() ? from : i + 1;
    }
    if (from + count > slots.size()) {
      compact();
      return neighbours(count);
    }
    return slots.subList(from, from + count);
  }

  List<Slot> active() {
    return slots.stream().filter(slot -> !slot.free()).toList();
  }

  /** Slots with a row; for any thread. */
  int inUse() {
    return (int) slots.stream().filter(slot -> !slot.free()).count();
  }

  /** Tokens in all slots; for any thread. */
  long heldTokens() {
    return slots.stream().mapToLong(Slot::length).sum();
  }

  boolean idle() {
    return slots.stream().allMatch(Slot::free);
  }

  /** How many of some first tokens a slot holds, as an adapter made them. */
  int held(Tokens wanted, Optional<Path> adapter) {
    int most = 0;
    for (Slot slot : slots) {
      most = Math.max(most, slot.commonPrefix(wanted, adapter));
    }
    return most;
  }

  /**
   * Brings as many of some first tokens as any slot holds into a slot, and forgets the rest.
   *
   * @param adapter that they are read with; each makes keys and values of its own
   * @return how many the slot holds now
   */
  int reuse(Slot target, Tokens wanted, Optional<Path> adapter) {
    target.use(adapter);
    Slot donor =
        slots.stream()
            .max(Comparator.comparingInt(slot -> slot.commonPrefix(wanted, adapter)))
            .orElseThrow();
    int own = target.commonPrefix(wanted, adapter);
    int best = donor.commonPrefix(wanted, adapter);
    if (best > own && best >= LEAST_REUSE) {
      decoder.copyPrefix(donor.index(), target.index(), best);
      target.copyPrefix(donor, best);
      return best;
    }
    target.truncate(own);
    return own;
  }

  /** Moves rows from high slots into free low ones: worth a copy when nothing will fill the gap. */
  void compact() {
    List<Slot> active = active();
    for (int i = active.size() - 1; i >= 0; i--) {
      Slot high = active.get(i);
      Optional<Slot> low = firstFree().filter(free -> free.index() < high.index());
      if (low.isEmpty()) {
        return;
      }
      decoder.copyPrefix(high.index(), low.get().index(), high.length());
      low.get().copyPrefix(high, high.length());
      low.get().assign(high.row().orElseThrow());
      high.release();
    }
  }
}
