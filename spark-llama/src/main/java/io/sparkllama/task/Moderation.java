package io.sparkllama.task;

import io.sparkllama.errors.RequestException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Asks about an input, then for an answer to it, then about the answer. */
final class Moderation {

  /** Answers a task about an input. */
  @FunctionalInterface
  interface Answering {
    CompletableFuture<TaskAnswer> answer(Task task, TaskInput input, TaskOptions options);
  }

  private final Answering engine;

  Moderation(Answering engine) {
    this.engine = engine;
  }

  CompletableFuture<TaskAnswer> answer(Moderated task, TaskInput input, TaskOptions options) {
    return Chained.compose(
        engine.answer(task.moderate(), Moderated.spoken(input), ofInput(options)),
        before -> {
          refuse(task, before, "the input");
          return Chained.compose(
              engine.answer(task.writing(), input, options),
              answer ->
                  Chained.apply(
                      engine.answer(task.moderate(), TaskInput.of(text(answer)), ofAnswer()),
                      after -> moderated(task, before, answer, after)));
        });
  }

  /** What the model reads of a long text is what is moderated. */
  static TaskOptions ofInput(TaskOptions options) {
    return TaskOptions.DEFAULTS.withLongText(options.longText());
  }

  /** All of it. */
  static TaskOptions ofAnswer() {
    return TaskOptions.DEFAULTS.withLongText(LongText.MAP_REDUCE);
  }

  private static TaskAnswer moderated(
      Moderated task, TaskAnswer before, TaskAnswer answer, TaskAnswer after) {
    refuse(task, after, "the answer");
    Value value =
        switch (task.verdict()) {
          case BLOCK -> answer.value();
          case FLAG ->
              new Value.Flagged(
                  answer.value(), new Value.Flags(found(task, before), found(task, after)));
        };
    return TaskAnswer.sum(value, List.of(before, after, answer));
  }

  private static List<String> found(Moderated task, TaskAnswer moderation) {
    return ((Value.Scores) moderation.value()).reaching(task.threshold());
  }

  private static void refuse(Moderated task, TaskAnswer moderation, String what) {
    List<String> found = found(task, moderation);
    if (task.verdict() == Moderated.Verdict.BLOCK && !found.isEmpty()) {
      throw new RequestException(
          "Cannot give an answer: moderation found %s in %s, expected no category with a probability of %s or more. Leave the row out, or moderate fewer categories or with a higher threshold."
              .formatted(
                  String.join(", ", found),
                  what,
                  String.format(Locale.ROOT, "%.2f", task.threshold())));
    }
  }

  private static String text(TaskAnswer answer) {
    return ((Value.Text) answer.value()).text();
  }
}
