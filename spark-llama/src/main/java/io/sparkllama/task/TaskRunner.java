package io.sparkllama.task;

import io.sparkllama.engine.LlamaEngine;
import java.util.concurrent.CompletableFuture;

/** Puts tasks to an engine and reads the answers. Safe for use by many threads. */
public final class TaskRunner {

  public TaskRunner(LlamaEngine engine) {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts a task over one text.
   *
   * @return ends exceptionally with a {@link io.sparkllama.errors.RequestException} when the text
   *     cannot be answered
   */
  public CompletableFuture<TaskAnswer> submit(Task task, String text, LongText longText) {
    throw new UnsupportedOperationException();
  }
}
