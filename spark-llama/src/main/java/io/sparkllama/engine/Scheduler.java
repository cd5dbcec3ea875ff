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
  private final Admission admission;
  private final Counters counters;
  private final int[] tokens;
  private final int[] past;
  private boolean stopped;

  Scheduler(Decoder decoder, SlotTable slots, Admission admission, Counters counters) {
    this.decoder = decoder;
    this.slots = slots;
    this.admission = admission;
    this.counters = counters;
    this.tokens = new int[slots.all().size()];
    this.past = new int[slots.all().size()];
  }

  /** Takes a job from any thread; one that comes after the end fails at once. */
  synchronized void submit(Job job) {
    if (stopped) {
      job.fail(Failures.closed());
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
      admission.start(queue.take(), slots.firstFree().orElseThrow(), queue);
    }
    Optional<Slot> free = slots.firstFree();
    while (free.isPresent() && !queue.isEmpty()) {
      admission.start(queue.take(), free.get(), queue);
      free = slots.firstFree();
    }
    if (queue.isEmpty()) {
      slots.compact();
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
        counters.generated();
        slot.take(logits, slot.index());
      }
    } catch (EngineException e) {
      members.forEach(slot -> slot.row().ifPresent(row -> Failures.end(slot, row.job(), e)));
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

  private synchronized void stop() {
    stopped = true;
    slots.active().forEach(slot -> slot.row().orElseThrow().job().fail(Failures.closed()));
    queue.forEach(job -> job.fail(Failures.closed()));
    queue.clear();
  }
}
