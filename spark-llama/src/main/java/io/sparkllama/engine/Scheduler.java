package io.sparkllama.engine;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Keeps the slots busy: fills every free one, then steps all together, until it is interrupted. A
 * batch job asks for throughput, so a new prompt goes first: a full batch costs hardly more than a
 * thin one.
 */
final class Scheduler implements Runnable {

  private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final SlotTable slots;
  private final Admission admission;
  private final DecodeStep step;
  private boolean stopped;

  Scheduler(SlotTable slots, Admission admission, DecodeStep step) {
    this.slots = slots;
    this.admission = admission;
    this.step = step;
  }

  /** Takes a job from any thread; one that comes after the end fails at once. */
  synchronized void submit(Job job) {
    if (stopped) {
      job.fail(Failures.closed());
    } else {
      queue.add(job);
    }
  }

  /** Requests that wait for a slot; for any thread. */
  int waiting() {
    return queue.size();
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

  private void step() {
    for (Slot slot : slots.all()) {
      if (!slot.free() && slot.row().orElseThrow().job().over()) {
        slot.release();
      }
    }
    step.run(slots.all());
  }

  private synchronized void stop() {
    stopped = true;
    slots.active().forEach(slot -> slot.row().orElseThrow().job().fail(Failures.closed()));
    queue.forEach(job -> job.fail(Failures.closed()));
    queue.clear();
  }
}
