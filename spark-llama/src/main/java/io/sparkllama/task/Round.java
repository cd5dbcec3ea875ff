package io.sparkllama.task;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Parts of texts, asked in their order, and the round to which their answers go. */
final class Round {

  private final Gathering gathering;
  private final Writing task;
  private final Packing packing;
  private final Deque<CompletableFuture<TaskAnswer>> asked = new ArrayDeque<>();
  private Round next;

  Round(Gathering gathering, Writing task, Packing packing) {
    this.gathering = gathering;
    this.task = task;
    this.packing = packing;
  }

  void add(String text) {
    packing.add(text).forEach(this::ask);
  }

  private void ask(String part) {
    asked.add(gathering.ask(task, part));
  }

  /** Hands answers on, in their order, until at most some are waited for. */
  void drain(int most) throws ExecutionException, InterruptedException {
    while (asked.size() > most) {
      handOn(gathering.await(asked.element()));
      asked.remove();
      next.drain(most);
    }
  }

  private void handOn(TaskAnswer answer) {
    if (next == null) {
      next = gathering.next();
    }
    next.add(((Value.Text) answer.value()).text());
  }

  /** What is left when no text comes any more; nobody waits here. */
  CompletableFuture<TaskAnswer> last() {
    packing.rest().forEach(this::ask);
    if (next == null && asked.isEmpty()) {
      return CompletableFuture.completedFuture(BlankInput.answer(task));
    }
    if (next == null && asked.size() == 1) {
      return asked.remove();
    }
    return Chained.compose(
        Chained.all(List.copyOf(asked)),
        answers -> {
          answers.forEach(this::handOn);
          return next.last();
        });
  }
}
