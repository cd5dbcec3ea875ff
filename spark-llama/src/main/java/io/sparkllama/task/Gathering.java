package io.sparkllama.task;

import io.sparkllama.errors.LlamaException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Many texts, given one after the other, and one answer about all of them. Texts are put together
 * to parts that fit a slot, the parts are answered, and the answers are texts again, until one is
 * left. Where a part ends depends on the texts before it alone. What is held does not grow with the
 * number of texts: in each round the parts that wait for answers are bounded.
 *
 * <p>For one thread, but for {@link #cancel()}.
 */
@SuppressWarnings({
  "FutureReturnValueIgnored", // callbacks only pass on what the source says
  "CollectionUndefinedEquality" // each part's future is itself
})
public final class Gathering {

  private final Rounds rounds;
  private final TaskOptions options;
  private final int mostAsked;
  private final Asking asking;
  private final Map<CompletableFuture<TaskAnswer>, Integer> asked = new ConcurrentHashMap<>();
  private final Round first;
  private volatile boolean cancelled;
  private Throwable failure;

  /** Puts parts to the engine. */
  @FunctionalInterface
  public interface Asking {
    CompletableFuture<TaskAnswer> ask(Task task, TaskInput part, TaskOptions options);

    /** The answer to a part before which no more texts are read. */
    default TaskAnswer await(CompletableFuture<TaskAnswer> answer)
        throws ExecutionException, InterruptedException {
      return answer.get();
    }
  }

  /** What fits in the first round, and in those after it. */
  record Rounds(Writing task, Room texts, Room answers) {}

  Gathering(Rounds rounds, TaskOptions options, int mostAsked, Asking asking) {
    this.rounds = rounds;
    this.options = options.withLongText(LongText.TRUNCATE);
    this.mostAsked = mostAsked;
    this.asking = asking;
    this.first = new Round(this, rounds.task(), Packing.ofTexts(rounds.texts()));
  }

  /**
   * Adds a text. Waits for an answer where too many are waited for.
   *
   * @throws CancellationException after {@link #cancel()}
   * @throws InterruptedException when the thread is interrupted
   */
  public void add(String text) throws InterruptedException {
    if (cancelled) {
      throw new CancellationException();
    }
    if (failure != null) {
      return;
    }
    try {
      first.add(text);
      first.drain(mostAsked);
    } catch (ExecutionException e) {
      fail(e.getCause());
    } catch (LlamaException e) {
      fail(e);
    }
  }

  private void fail(Throwable reason) {
    failure = reason;
    asked.keySet().forEach(part -> part.cancel(true));
  }

  /**
   * The answer about all texts; no more may be added. It has the tokens of the last request alone.
   * Without a character that shows it is that to a blank text.
   *
   * @return ends exceptionally as {@link TaskRunner#submit}; to cancel it cancels all parts
   */
  public CompletableFuture<TaskAnswer> answer() {
    CompletableFuture<TaskAnswer> answer = failure == null ? last() : failed(failure);
    answer.whenComplete(
        (value, reason) -> {
          if (answer.isCancelled()) {
            cancel();
          }
        });
    return answer;
  }

  private CompletableFuture<TaskAnswer> last() {
    try {
      return first.last();
    } catch (LlamaException e) {
      return failed(e);
    }
  }

  private static CompletableFuture<TaskAnswer> failed(Throwable reason) {
    return CompletableFuture.failedFuture(reason);
  }

  /** Takes back what is asked of the engine. For any thread. */
  public void cancel() {
    cancelled = true;
    asked.keySet().forEach(part -> part.cancel(true));
  }

  /** Parts that are asked and not answered. */
  public int waiting() {
    return asked.size();
  }

  /** Characters of those parts. */
  public long waitingCharacters() {
    return asked.values().stream().mapToLong(length -> length).sum();
  }

  Round next() {
    return new Round(this, rounds.task().combining(), Packing.ofAnswers(rounds.answers()));
  }

  TaskAnswer await(CompletableFuture<TaskAnswer> answer)
      throws ExecutionException, InterruptedException {
    return asking.await(answer);
  }

  CompletableFuture<TaskAnswer> ask(Writing task, String part) {
    CompletableFuture<TaskAnswer> answer = asking.ask(task, TaskInput.of(part), options);
    asked.put(answer, part.length());
    answer.whenComplete((value, reason) -> asked.remove(answer));
    if (cancelled) {
      answer.cancel(true);
    }
    return answer;
  }
}
