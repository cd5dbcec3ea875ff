package io.sparkllama.engine;

import io.sparkllama.runtime.BatchedPrefill;
import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;

/** Reads the prompts of requests that wait side by side, and begins or scores their answers. */
final class BatchAdmission {

  private final BatchedPrefill prefill;
  private final SlotTable slots;
  private final int mostTokens;
  private final LabelScorer scorer;
  private final LabelSteps steps;
  private final AnswerEnd end;
  private final Counters counters;

  /**
   * @param mostTokens tokens that a pass may read
   */
  BatchAdmission(
      BatchedPrefill prefill,
      SlotTable slots,
      int mostTokens,
      LabelScorer scorer,
      LabelSteps steps,
      AnswerEnd end,
      Counters counters) {
    this.prefill = prefill;
    this.slots = slots;
    this.mostTokens = mostTokens;
    this.scorer = scorer;
    this.steps = steps;
    this.end = end;
    this.counters = counters;
  }

  /**
   * A request with those next in the queue that gain from its pass, and for which slots are free.
   */
  PromptBatch gather(Job first, JobQueue queue) {
    PromptBatch batch = new PromptBatch(first, held(first), mostTokens);
    int free = slots.free();
    boolean more = true;
    while (more && batch.size() < free) {
      more = queue.takeIf(next -> next.over() || batch.join(next, held(next)));
    }
    return batch;
  }

  /** The last token of a prompt is read in any case, for its logits. */
  private int held(Job job) {
    Tokens prompt = job.prompt();
    return slots.held(prompt.slice(0, prompt.length() - 1), job.adapter());
  }

  /**
   * Reads the prompts; when the pass fails, all requests do, and a bad answer fails alone.
   *
   * @param batch of which no slot has been taken yet
   */
  void read(PromptBatch batch) {
    List<Job> jobs = batch.jobs();
    List<Slot> targets = slots.neighbours(jobs.size());
    for (Slot slot : targets) {
      slot.use(batch.adapter());
      slot.truncate(0);
    }
    Logits logits;
    try {
      logits = run(batch, targets.get(0));
    } catch (RuntimeException e) {
      forEach(jobs, targets, (row, job, slot) -> Failures.end(slot, job, e));
      return;
    }
    List<LabelRest> rests = new ArrayList<>();
    forEach(jobs, targets, (row, job, slot) -> begin(job, slot, logits, row, rests));
    score(rests);
  }

  private Logits run(PromptBatch batch, Slot first) {
    long start = System.nanoTime();
    Logits logits = prefill.read(first.index(), batch.prompts());
    counters.prefillTime(System.nanoTime() - start);
    return logits;
  }

  @FunctionalInterface
  private interface Step {
    void run(int row, Job job, Slot slot);
  }

  private static void forEach(List<Job> jobs, List<Slot> slots, Step step) {
    for (int row = 0; row < jobs.size(); row++) {
      Job job = jobs.get(row);
      Slot slot = slots.get(row);
      try {
        step.run(row, job, slot);
      } catch (RuntimeException e) {
        Failures.end(slot, job, e);
      }
    }
  }

  private void begin(Job job, Slot slot, Logits logits, int row, List<LabelRest> rests) {
    counters.request();
    counters.prompt(job.prompt().length(), 0);
    slot.append(job.prompt());
    if (job instanceof Job.Score score) {
      rests.add(new LabelRest(score, slot, scorer.first(score.request(), logits, row)));
    } else if (job instanceof Job.Generate generate) {
      slot.assign(new Row(generate, 0, end));
      counters.generated();
      slot.take(logits, row);
    }
  }

  /**
   * Labels of several tokens have passes of their own, after which the prompts' logits are gone.
   */
  private void score(List<LabelRest> rests) {
    try {
      if (LabelSteps.gain(rests)) {
        steps.run(rests);
      }
    } catch (RuntimeException e) {
      rests.forEach(rest -> Failures.end(rest.slot(), rest.job(), e));
    }
    for (LabelRest rest : rests) {
      try {
        rest.finish(scorer);
      } catch (RuntimeException e) {
        Failures.end(rest.slot(), rest.job(), e);
      }
    }
  }
}
