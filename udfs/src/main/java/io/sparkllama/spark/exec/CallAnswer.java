package io.sparkllama.spark.exec;

import io.sparkllama.task.TaskAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a row has of a call, or waits for. */
sealed interface CallAnswer {

  /** Nobody is asked: the row does not need the answer, or its text is NULL. */
  record None() implements CallAnswer {}

  /** The value is there. */
  record Known(Object value) implements CallAnswer {}

  /**
   * The engine has been asked.
   *
   * @param key what to keep the answer under, if at all
   * @param bytes of the arguments
   */
  record Asked(CompletableFuture<TaskAnswer> answer, Optional<AnswerKey> key, long bytes)
      implements CallAnswer {

    @Override
    public void cancel() {
      answer.cancel(true);
    }
  }

  /** Memory that the engine holds for it. */
  default long bytes() {
    return 0;
  }

  /** Frees the slot. */
  default void cancel() {}
}
