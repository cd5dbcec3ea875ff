package io.sparkllama.engine;

import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Predicate;

/** Requests that wait for a slot of any lane. For any thread. */
final class JobQueue {

  private final BlockingDeque<Job> waiting = new LinkedBlockingDeque<>();
  private boolean stopped;

  /** Takes a request; one that comes after the end fails at once. */
  synchronized void submit(Job job) {
    if (stopped) {
      job.fail(Failures.closed());
    } else {
      waiting.addLast(job);
    }
  }

  /** The next request, once there is one. */
  Job take() throws InterruptedException {
    return waiting.takeFirst();
  }

  /** The next request, if there is one. */
  Optional<Job> poll() {
    return Optional.ofNullable(waiting.pollFirst());
  }

  /** Takes the next request if it is wanted; returns whether it did. */
  boolean takeIf(Predicate<Job> wanted) {
    Optional<Job> next = poll();
    boolean taken = false;
    try {
      taken = next.filter(wanted).isPresent();
      return taken;
    } finally {
      if (!taken) {
        next.ifPresent(this::putBack);
      }
    }
  }

  private synchronized void putBack(Job job) {
    if (stopped) {
      job.fail(Failures.closed());
    } else {
      waiting.addFirst(job);
    }
  }

  int size() {
    return waiting.size();
  }

  /** Fails what waits, and what comes later. */
  synchronized void stop() {
    stopped = true;
    waiting.forEach(job -> job.fail(Failures.closed()));
    waiting.clear();
  }
}
