package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import java.util.List;

/**
 * Ends a pass that reads prompts once nobody waits for them: a pass of a large model takes seconds.
 * The scheduler's thread begins and ends passes; {@link #check} may come from any thread.
 */
final class PassGuard {

  private final Decoder decoder;
  private List<? extends Job> reading = List.of();
  private boolean stopped;

  PassGuard(Decoder decoder) {
    this.decoder = decoder;
  }

  /** Passes for some requests begin; that a pass before was stopped does not concern them. */
  synchronized void begin(List<? extends Job> jobs) {
    end();
    reading = jobs;
    check();
  }

  synchronized void end() {
    reading = List.of();
    if (stopped) {
      stopped = false;
      decoder.resume();
    }
  }

  /** Requests whose prompts are being read, wanted or not; for any thread. */
  synchronized int reading() {
    return reading.size();
  }

  /** To be called when a request has been cancelled. */
  synchronized void check() {
    if (!stopped && !reading.isEmpty() && reading.stream().allMatch(Job::over)) {
      stopped = true;
      decoder.stopPass();
    }
  }
}
