package io.sparkllama.engine;

import io.sparkllama.errors.EngineException;

/** How requests end that cannot be answered. */
final class Failures {

  private Failures() {}

  /** Frees a slot whose content is not known any more, and ends its request. */
  static void end(Slot slot, Job job, RuntimeException reason) {
    slot.release();
    slot.truncate(0);
    job.fail(Thread.currentThread().isInterrupted() ? closed() : reason);
  }

  static EngineException closed() {
    return new EngineException(
        "Cannot answer the request: the engine was closed. Open an engine and send it again.");
  }
}
