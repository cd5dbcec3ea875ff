package io.sparkllama.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Futures whose cancellation reaches what they wait for. */
@SuppressWarnings("FutureReturnValueIgnored") // callbacks only pass on what the source says
public final class Chained {

  private Chained() {}

  /** The source's value after {@code next}. */
  public static <S, T> CompletableFuture<T> apply(
      CompletableFuture<S> source, Function<S, T> next) {
    return cancelling(source.thenApply(next), List.of(source));
  }

  static <S, T> CompletableFuture<T> compose(
      CompletableFuture<S> source, Function<S, CompletableFuture<T>> next) {
    CompletableFuture<T> result = new CompletableFuture<>();
    source
        .thenCompose(
            value -> {
              CompletableFuture<T> second = next.apply(value);
              cancelling(result, List.of(second));
              return second;
            })
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(failure);
              }
            });
    return cancelling(result, List.of(source));
  }

  /** All values in the order of their sources; the first failure cancels the rest. */
  static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> sources) {
    CompletableFuture<List<T>> result =
        CompletableFuture.allOf(sources.toArray(CompletableFuture<?>[]::new))
            .thenApply(done -> sources.stream().map(CompletableFuture::join).toList());
    sources.forEach(
        source ->
            source.whenComplete(
                (value, failure) -> {
                  if (failure != null) {
                    sources.forEach(other -> other.cancel(true));
                  }
                }));
    return cancelling(result, sources);
  }

  private static <T> CompletableFuture<T> cancelling(
      CompletableFuture<T> result, List<? extends CompletableFuture<?>> sources) {
    result.whenComplete(
        (value, failure) -> {
          if (result.isCancelled()) {
            sources.forEach(source -> source.cancel(true));
          }
        });
    return result;
  }
}
