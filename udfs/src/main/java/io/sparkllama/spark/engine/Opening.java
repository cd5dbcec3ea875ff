package io.sparkllama.spark.engine;

import io.sparkllama.errors.EngineException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;

/**
 * An engine that is being opened, on a thread of its own, or has been: the end of the task that
 * asked for it first does not take it from the others. Safe for use by many threads.
 */
final class Opening {

  private static final long LOOK_MILLIS = 100;

  private final CompletableFuture<OpenEngine> engine = new CompletableFuture<>();

  private Opening() {}

  /** Begins. */
  static Opening start(Supplier<OpenEngine> open) {
    Opening opening = new Opening();
    Thread thread = new Thread(() -> opening.complete(open), "spark-llama-open");
    thread.setDaemon(true);
    thread.start();
    return opening;
  }

  /** Whatever happens, those who wait are told. */
  private void complete(Supplier<OpenEngine> open) {
    try {
      engine.complete(open.get());
    } catch (Throwable e) {
      engine.completeExceptionally(e);
    }
  }

  /** Whether the engine is still to come, or answers requests. */
  boolean usable() {
    return !engine.isDone() || opened().filter(OpenEngine::alive).isPresent();
  }

  Optional<OpenEngine> opened() {
    return engine.isDone() && !engine.isCompletedExceptionally()
        ? Optional.of(engine.join())
        : Optional.empty();
  }

  /** Waits for the engine; a task that is killed does not. */
  OpenEngine await() {
    while (true) {
      try {
        return engine.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        endKilledTask();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        endKilledTask();
        throw new EngineException(
            "Cannot wait for the engine: the task was interrupted. Run it again.", e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new EngineException("Failed to open the engine: " + e.getCause(), e.getCause());
      }
    }
  }

  /** A kill without an interrupt of the task's thread is not noticed otherwise. */
  private static void endKilledTask() {
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.killTaskIfInterrupted();
    }
  }

  /** Closes the engine, at once or as soon as it has been opened. */
  @SuppressWarnings("FutureReturnValueIgnored") // an opening that failed left nothing to close
  void close() {
    engine.thenAccept(OpenEngine::close);
  }
}
