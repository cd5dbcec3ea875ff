package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A request on its way to a slot. */
sealed interface Job {

  Tokens prompt();

  /** The adapter that the request is answered with. */
  Optional<Path> adapter();

  CompletableFuture<?> future();

  /** The asker has gone, or the job has ended. */
  default boolean over() {
    return future().isDone();
  }

  default void fail(Throwable reason) {
    future().completeExceptionally(reason);
  }

  record Generate(GenerationRequest request, CompletableFuture<Generation> future) implements Job {
    @Override
    public Tokens prompt() {
      return request.prompt();
    }

    @Override
    public Optional<Path> adapter() {
      return request.adapter();
    }
  }

  record Score(ScoreRequest request, CompletableFuture<LabelScores> future) implements Job {
    @Override
    public Tokens prompt() {
      return request.prompt();
    }

    @Override
    public Optional<Path> adapter() {
      return request.adapter();
    }
  }
}
