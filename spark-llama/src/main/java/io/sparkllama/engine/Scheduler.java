package io.sparkllama.engine;

import io.sparkllama.errors.EngineException;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * Keeps the slots busy: fills every free one, then steps all together, until it is interrupted. A
 * batch job asks for throughput, so a new prompt goes first: a full batch costs hardly more than a
 * thin one.
 */
final class Scheduler implements Runnable {

  private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final Decoder decoder;
  private final SlotTable slots;
  private final Prefill prefill;
  private final LabelScorer scorer;
  private final AnswerEnd end;
  private final Counters counters;
  private final int[] tokens;
  private final int[] past;
  private boolean stopped;

  Scheduler(Decoder decoder, SlotTable slots, Prefill prefill, AnswerEnd end, Counters counters) {
    this.decoder = decoder;
    this.slots = slots;
    this.prefill = prefill;
    this.scorer = new LabelScorer(decoder);
    this.end = end;
    this.counters = counters;
    this.tokens = new int[slots.all().size()];
    this.past = new int[slots.all().size()];
  }

  /** Takes a job from any thread; one that comes after the end fails at once. */
  synchronized void submit(Job job) {
    if (stopped) {
      job.fail(closed());
    } else {
      queue.add(job);
    }
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        admit();
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stop();
    }
  }

  private void admit() throws InterruptedException {
    if (slots.idle()) {
      start(queue.take(), slots.firstFree().orElseThrow());
    }
    Optional<Slot> free = slots.firstFree();
    while (free.isPresent() && !queue.isEmpty()) {
      start(queue.take(), free.get());
      free = slots.firstFree();
    }
    if (queue.isEmpty()) {
      slots.compact();
    }
  }

  private void start(Job job, Slot slot) {
    if (job.over()) {
      return;
    }
    counters.request();
    try {
      decoder.activate(job.adapter());
      Logits logits = prefill.run(job, slot);
      if (job instanceof Job.Score score) {
        score.future().complete(scorer.score(score.request(), slot, logits));
      } else if (job instanceof Job.Generate generate) {
        slot.assign(new Row(generate, end));
        take(slot, logits, 0);
      }
    } catch (CancellationException e) {
      slot.release();
    } catch (RuntimeException e) {
      fail(slot, job, e);
    }
  }

  /** One pass for each adapter that rows are answered with. */
  private void step() {
    slots.active().stream()
        .filter(slot -> slot.row().orElseThrow().job().over())
        .forEach(Slot::release);
    Map<Optional<Path>, List<Slot>> groups =
        slots.active().stream()
            .collect(
                Collectors.groupingBy(
                    slot -> slot.row().orElseThrow().job().adapter(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    groups.forEach(this::step);
  }

  private void step(Optional<Path> adapter, List<Slot> members) {
    int rows = members.get(members.size() - 1).index() + 1;
    slots.all().subList(0, rows).forEach(this::stand);
    members.forEach(slot -> tokens[slot.index()] = slot.row().orElseThrow().last());
    try {
      decoder.activate(adapter);
      long start = System.nanoTime();
      Logits logits = decoder.decode(rows, tokens, past);
      counters.decodeTime(System.nanoTime() - start);
      counters.step(members.size());
      for (Slot slot : members) {
        slot.append(tokens[slot.index()]);
        take(slot, logits, slot.index());
      }
    } catch (EngineException e) {
      members.forEach(slot -> slot.row().ifPresent(row -> fail(slot, row.job(), e)));
    }
  }

  /**
   * A slot without a token of its own takes part behind the tokens that it keeps, so that they stay
   * whole; what it writes there is overwritten by its next token.
   */
  private void stand(Slot slot) {
    if (slot.full()) {
      slot.truncate(slot.length() - 1);
    }
    tokens[slot.index()] = 0;
    past[slot.index()] = slot.length();
  }

  private void take(Slot slot, Logits logits, int index) {
    Row row = slot.row().orElseThrow();
    counters.generated();
    if (row.accept(logits, index, slot)) {
      slot.release();
    }
  }

  private void fail(Slot slot, Job job, RuntimeException reason) {
    slot.release();
    slot.truncate(0);
    job.fail(Thread.currentThread().isInterrupted() ? closed() : reason);
  }

  private synchronized void stop() {
    stopped = true;
    slots.active().forEach(slot -> slot.row().orElseThrow().job().fail(closed()));
    queue.forEach(job -> job.fail(closed()));
    queue.clear();
  }

  private static EngineException closed() {
    return new EngineException(
        "Cannot answer the request: the engine was closed. Open an engine and send it again.");
  }
}
