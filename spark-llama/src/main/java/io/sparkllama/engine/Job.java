package io.sparkllama.engine;

import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** A request on its way to a slot. */
sealed interface Job {

  Tokens prompt();

  /** The adapter that the request is answered with. */
  Optional<Path> adapter();

  CompletableFuture<?> future();

  /** What else is to be read behind the prompt: of each label all tokens but the last. */
  default List<Tokens> rests() {
    return List.of();
  }

  /** The asker has gone, or the job has ended. */
  default boolean over() {
    return future().isDone();
  }

  default void fail(Throwable reason) {
    future().completeExceptionally(reason);
  }

  /**
   * @param cursor the request's constraint at the start of the answer
   * @param listener is told each token
   */
  record Generate(
      GenerationRequest request,
      Optional<ConstraintCursor> cursor,
      IntConsumer listener,
      CompletableFuture<Generation> future)
      implements Job {
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

    @Override
    public List<Tokens> rests() {
      return request.labels().stream().map(label -> label.slice(0, label.length() - 1)).toList();
    }
  }
}
