package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;

/** Takes requests from the queue: scores are answered at once, answers begin in a slot. */
final class Admission {

  private final Decoder decoder;
  private final Prefill prefill;
  private final LabelScorer scorer;
  private final Optional<PackedScorer> packed;
  private final AnswerEnd end;
  private final Counters counters;
  private final PassGuard guard;

  Admission(
      Decoder decoder,
      Prefill prefill,
      Optional<PackedScorer> packed,
      AnswerEnd end,
      Counters counters,
      PassGuard guard) {
    this.decoder = decoder;
    this.prefill = prefill;
    this.scorer = new LabelScorer(decoder);
    this.packed = packed;
    this.end = end;
    this.counters = counters;
    this.guard = guard;
  }

  /**
   * Starts a request in a free slot.
   *
   * @param queue from which requests are taken that can be answered together with it
   */
  void start(Job job, Slot slot, Queue<Job> queue) {
    if (job.over()) {
      return;
    }
    if (job instanceof Job.Score score && packed.isPresent()) {
      LabelPack pack = packed.get().gather(score, queue, slot.capacity());
      if (pack.jobs().size() > 1) {
        scoreTogether(packed.get(), pack, slot);
        return;
      }
    }
    startAlone(job, slot);
  }

  private void scoreTogether(PackedScorer together, LabelPack pack, Slot slot) {
    try {
      decoder.activate(pack.first().adapter());
      guard.begin(pack.jobs());
      together.score(pack, slot);
    } catch (RuntimeException e) {
      pack.jobs().forEach(job -> Failures.end(slot, job, e));
    } finally {
      guard.end();
    }
  }

  private void startAlone(Job job, Slot slot) {
    counters.request();
    try {
      decoder.activate(job.adapter());
      guard.begin(List.of(job));
      Logits logits = prefill.run(job, slot);
      if (job instanceof Job.Score score) {
        score.future().complete(scorer.score(score.request(), slot, logits));
      } else if (job instanceof Job.Generate generate) {
        slot.assign(new Row(generate, end));
        counters.generated();
        slot.take(logits, 0);
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
