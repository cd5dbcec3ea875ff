package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.util.concurrent.Semaphore;

/**
 * Lets native code come to its end before the process does: Java's exit takes native libraries
 * apart while threads in them go on, which would end the process with a crash. A pass is stopped,
 * the loading of a model waited for. One thread enters and leaves.
 */
final class ProcessEnd implements AutoCloseable {

  private final Semaphore inside = new Semaphore(1);
  private final Runnable stop;
  private final Thread hook;
  private boolean ended;

  private ProcessEnd(Runnable stop) {
    this.stop = stop;
    this.hook = new Thread(this::end, "spark-llama-end-pass");
  }

  /**
   * @param stop makes the pass that another thread is in return soon
   */
  static ProcessEnd stopping(Runnable stop) {
    ProcessEnd end = new ProcessEnd(stop);
    try {
      Runtime.getRuntime().addShutdownHook(end.hook);
    } catch (IllegalStateException e) {
      end.ended = true;
    }
    return end;
  }

  /** Native code begins, and the process waits for its end. */
  void enter() {
    inside.acquireUninterruptibly();
    if (ended) {
      inside.release();
      throw new EngineException("Cannot run the model: the process is ending. Start it again.");
    }
  }

  void leave() {
    inside.release();
  }

  /** To be called when the process ends. */
  void end() {
    stop.run();
    inside.acquireUninterruptibly();
    ended = true;
    inside.release();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs, or has run.
    }
  }
}
