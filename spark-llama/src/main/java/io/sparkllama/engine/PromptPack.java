package io.sparkllama.engine;

import io.sparkllama.runtime.Reading;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests whose prompts are read in one pass, each into a slot of its own. */
final class PromptPack {

  /** A prompt that shares more than this with another of the pack rather waits for its slot. */
  private static final int MOST_SHARED = 16;

  private final int mostTokens;
  private final int mostLogits;
  private final List<Entry> entries = new ArrayList<>();
  private int tokens;
  private int logits;

  /**
   * @param reused tokens of the prompt that were not read for it
   * @param reading what the pass reads; its past is what the slot holds of the prompt already
   */
  record Entry(Job job, Slot slot, int reused, Reading reading) {}

  /**
   * @param mostTokens tokens that a pass may read
   * @param mostLogits rows of logits that a pass can give
   */
  PromptPack(int mostTokens, int mostLogits) {
    this.mostTokens = mostTokens;
    this.mostLogits = mostLogits;
  }

  List<Entry> entries() {
    return entries;
  }

  List<Job> jobs() {
    return entries.stream().map(Entry::job).toList();
  }

  List<Reading> readings() {
    return entries.stream().map(Entry::reading).toList();
  }

  Optional<Path> adapter() {
    return entries.get(0).job.adapter();
  }

  boolean holds(Slot slot) {
    return entries.stream().anyMatch(entry -> entry.slot == slot);
  }

  /**
   * Whether a request may join.
   *
   * @param held tokens of its prompt that some slot holds
   */
  boolean accepts(Job job, int held) {
    return fits(job, held) && entries.stream().allMatch(other -> goesWith(other, job, held));
  }

  private static boolean goesWith(Entry other, Job job, int held) {
    return other.job.adapter().equals(job.adapter())
        && other.job.prompt().commonPrefix(job.prompt()) <= held + MOST_SHARED;
  }

  private boolean fits(Job job, int held) {
    int rests = Tokens.count(job.rests());
    return tokens + job.prompt().length() - held + rests <= mostTokens
        && logits + 1 + rests <= mostLogits;
  }

  /**
   * @param slot a slot that holds the first tokens of the prompt
   * @param reused tokens of the prompt that were not read for it
   */
  void add(Job job, Slot slot, int reused) {
    Tokens unread = job.prompt().slice(slot.length(), job.prompt().length());
    Reading reading = new Reading(slot.index(), slot.length(), unread, 1, job.rests());
    entries.add(new Entry(job, slot, reused, reading));
    tokens += reading.size();
    logits += reading.logitsRows();
  }
}
