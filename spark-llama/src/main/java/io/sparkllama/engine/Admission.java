package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** Takes requests from the queue: scores are answered at once, answers begin in a slot. */
final class Admission {

  private final Decoder decoder;
  private final Prefill prefill;
  private final LabelScorer scorer;
  private final Optional<PackedAdmission> packed;
  private final Optional<BatchAdmission> batched;
  private final AnswerEnd end;
  private final Counters counters;
  private final PassGuard guard;

  Admission(
      Decoder decoder,
      Prefill prefill,
      LabelScorer scorer,
      Optional<PackedAdmission> packed,
      Optional<BatchAdmission> batched,
      AnswerEnd end,
      Counters counters,
      PassGuard guard) {
    this.decoder = decoder;
    this.prefill = prefill;
    this.scorer = scorer;
    this.packed = packed;
    this.batched = batched;
    this.end = end;
    this.counters = counters;
    this.guard = guard;
  }

  /**
   * Starts a request in a free slot.
   *
   * @param queue from which requests are taken that can be answered together with it
   */
  void start(Job job, Slot slot, JobQueue queue) {
    if (job.over()) {
      return;
    }
    if (packed.isPresent() && PackedAdmission.takes(job)) {
      startTogether(packed.get(), job, slot, queue);
      return;
    }
    Optional<PromptBatch> batch =
        batched.map(together -> together.gather(job, queue)).filter(found -> found.size() > 1);
    if (batch.isPresent()) {
      startBatch(batched.orElseThrow(), batch.get());
    } else {
      startAlone(job, slot);
    }
  }

  private void startBatch(BatchAdmission together, PromptBatch batch) {
    try {
      decoder.activate(batch.adapter());
      guard.begin(batch.jobs());
      together.read(batch);
    } catch (RuntimeException e) {
      batch.jobs().forEach(job -> job.fail(e));
    } finally {
      guard.end();
    }
  }

  private void startTogether(PackedAdmission together, Job job, Slot slot, JobQueue queue) {
    try {
      decoder.activate(job.adapter());
      guard.begin(List.of(job));
      Riders riders = together.riders(job);
      int reused = together.readStart(job, slot, riders);
      PromptPack pack = together.gather(job, slot, reused, riders, queue);
      guard.begin(Stream.concat(pack.jobs().stream(), riders.jobs().stream()).toList());
      read(together, pack, riders);
    } catch (CancellationException e) {
      slot.release();
    } catch (RuntimeException e) {
      Failures.end(slot, job, e);
    } finally {
      guard.end();
    }
  }

  private static void read(PackedAdmission together, PromptPack pack, Riders riders) {
    try {
      together.read(pack, riders);
    } catch (RuntimeException e) {
      riders.fail(e);
      pack.entries().forEach(entry -> Failures.end(entry.slot(), entry.job(), e));
    }
  }

  private void startAlone(Job job, Slot slot) {
    counters.request();
    try {
      decoder.activate(job.adapter());
      guard.begin(List.of(job));
      Prefill.Read prompt = prefill.run(job, slot);
      if (job instanceof Job.Score score) {
        double[] first = scorer.first(score.request(), prompt.logits(), 0);
        score.future().complete(scorer.score(score.request(), slot, first, prompt.reused()));
      } else if (job instanceof Job.Generate generate) {
        slot.assign(new Row(generate, prompt.reused(), end));
        counters.generated();
        slot.take(prompt.logits(), 0);
      }
    } catch (CancellationException e) {
      slot.release();
    } catch (RuntimeException e) {
      Failures.end(slot, job, e);
    } finally {
      guard.end();
    }
  }
}
