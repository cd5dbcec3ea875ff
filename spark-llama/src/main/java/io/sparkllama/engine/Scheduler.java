package io.sparkllama.engine;

import java.util.Optional;

/**
 * Keeps the slots busy: fills every free one, then steps all together, until it is interrupted. A
 * batch job asks for throughput, so a new prompt goes first: a full batch costs hardly more than a
 * thin one.
 */
final class Scheduler implements Runnable {

  private final JobQueue queue;
  private final SlotTable slots;
  private final Admission admission;
  private final DecodeStep step;

  Scheduler(JobQueue queue, SlotTable slots, Admission admission, DecodeStep step) {
    this.queue = queue;
    this.slots = slots;
    this.admission = admission;
    this.step = step;
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
    Optional<Job> next = free.isPresent() ? queue.poll() : Optional.empty();
    while (next.isPresent()) {
      admission.start(next.get(), free.orElseThrow(), queue);
      free = slots.firstFree();
      next = free.isPresent() ? queue.poll() : Optional.empty();
    }
    if (free.isPresent()) {
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

  private void stop() {
    queue.stop();
    slots.active().forEach(slot -> slot.row().orElseThrow().job().fail(Failures.closed()));
  }
}
