package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.TreePrefill;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Scores the labels of several short prompts in one pass behind their common start. */
final class PackedScorer {

  /** Tokens of the common start that are rather read with each prompt than in a pass before. */
  private static final int READ_AGAIN = 4;

  private final TreePrefill trees;
  private final int mostLogits;
  private final Prefill prefill;
  private final Counters counters;

  PackedScorer(TreePrefill trees, Decoder decoder, Prefill prefill, Counters counters) {
    this.trees = trees;
    this.mostLogits = decoder.maxLogitsRows();
    this.prefill = prefill;
    this.counters = counters;
  }

  /** A request, with those next in the queue that can be answered in the same pass. */
  LabelPack gather(Job.Score first, Queue<Job> queue, int capacity) {
    LabelPack pack = new LabelPack(first, capacity, mostLogits);
    while (queue.peek() instanceof Job.Score next && (next.over() || pack.add(next))) {
      queue.remove();
    }
    return pack;
  }

  /** Completes the futures of all requests of a pack. */
  void score(LabelPack pack, Slot slot) {
    int start = shareStart(pack, slot);
    LabelTree tree = new LabelTree();
    List<Integer> ends = new ArrayList<>();
    for (Job.Score job : pack.jobs()) {
      ends.add(tree.add(job.request(), start));
      counters.request();
      counters.prompt(job.prompt().length(), start);
    }
    long begin = System.nanoTime();
    Logits logits = trees.prefill(slot.index(), start, tree.tokens(), tree.asked());
    counters.prefillTime(System.nanoTime() - begin);
    for (int i = 0; i < ends.size(); i++) {
      Job.Score job = pack.jobs().get(i);
      job.future().complete(tree.scores(job.request(), ends.get(i), logits));
    }
  }

  /**
   * Brings the common start into the slot.
   *
   * @return how much of it, so that the pass goes on from there
   */
  private int shareStart(LabelPack pack, Slot slot) {
    Job.Score first = pack.first();
    int held = prefill.reuse(slot, first, pack.start());
    if (pack.start() - held <= READ_AGAIN && pack.mayStartAt(held)) {
      return held;
    }
    prefill.read(slot, first.prompt().slice(0, pack.start()), held, () -> false);
    return pack.start();
  }
}
