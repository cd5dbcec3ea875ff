package io.sparkllama.task;

import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.LlamaException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Puts tasks to an engine and reads the answers. Safe for use by many threads. */
public final class TaskRunner {

  private final LlamaEngine engine;
  private final Question question;
  private final PromptParts parts;
  private final Choices choices;
  private final Writings writings;
  private final Moderation moderation;

  public TaskRunner(LlamaEngine engine) {
    this(engine, PromptOrder.INSTRUCTION_FIRST);
  }

  public TaskRunner(LlamaEngine engine, PromptOrder order) {
    this.question = new Question(engine, order);
    this.engine = engine;
    this.parts = new PromptParts(engine.tokenizer(), question);
    this.choices = new Choices(engine, question);
    this.writings = new Writings(engine, question);
    this.moderation = new Moderation(this::answer);
  }

  /**
   * Starts a task over one input. A blank one is answered without the model: neutral, an empty text
   * or {@link Value.None}; as a prompt of {@link Generate} it is refused.
   *
   * @return ends exceptionally with a {@link RequestException} when the input cannot be answered;
   *     cancelling it cancels what it asked of the engine
   */
  public CompletableFuture<TaskAnswer> submit(Task task, TaskInput input, TaskOptions options) {
    try {
      return answer(task, input, options);
    } catch (LlamaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * The answer where no model is asked: to a blank input, and by rules.
   *
   * @throws RequestException for a blank prompt
   */
  public static Optional<TaskAnswer> withoutModel(Task task, TaskInput input) {
    return FreeAnswer.of(task, input);
  }

  /**
   * How texts are gathered for one answer, wherever they come from.
   *
   * @param options a text that does not fit is divided, whatever they say
   * @param mostAsked most parts of a round that wait for answers while texts are added
   * @param asking puts parts to the engine, by {@link #submit}
   * @return begins a gathering, as often as there are groups of texts
   */
  public Supplier<Gathering> gatherings(
      Writing task, TaskOptions options, int mostAsked, Gathering.Asking asking) {
    Gathering.Rounds rounds =
        new Gathering.Rounds(task, room(task, options), room(task.combining(), options));
    return () -> new Gathering(rounds, options, mostAsked, asking);
  }

  private Room room(Writing task, TaskOptions options) {
    return new Room(task, options, question, engine.tokenizer());
  }

  private CompletableFuture<TaskAnswer> answer(Task task, TaskInput input, TaskOptions options) {
    if (task instanceof TokenCount) {
      int count = engine.tokenizer().encode(TextAnswers.text(input)).length();
      return CompletableFuture.completedFuture(TaskAnswer.free(new Value.Count(count)));
    }
    Optional<TaskAnswer> free = withoutModel(task, input);
    if (free.isPresent()) {
      return CompletableFuture.completedFuture(free.get());
    }
    if (task instanceof Questions questions) {
      return all(questions, input, options);
    }
    if (task instanceof Moderated moderated) {
      return moderation.answer(moderated, input, options);
    }
    if (task instanceof Choice choice) {
      return choices.answer(choice, parts.of(task, input, options), options);
    }
    Writing writing = (Writing) task;
    TaskInput shown = writing.reading(input);
    return written(writing, parts.of(task, shown, options), shown, options);
  }

  private CompletableFuture<TaskAnswer> written(
      Writing task, List<Tokens> prompts, TaskInput input, TaskOptions options) {
    CompletableFuture<TaskAnswer> answer = writings.answer(task, prompts, input, options);
    return task.condenses() && prompts.size() > 1
        ? Chained.compose(answer, summaries -> summarizedAgain(task, input, summaries, options))
        : answer;
  }

  /** Summaries of the parts are a text of their own; one that does not get shorter is cut. */
  private CompletableFuture<TaskAnswer> summarizedAgain(
      Writing task, TaskInput input, TaskAnswer summaries, TaskOptions options) {
    String joined = ((Value.Text) summaries.value()).text();
    boolean shorter = joined.length() <= TextAnswers.text(input).length() / 2;
    TaskOptions next = options.withLongText(shorter ? LongText.MAP_REDUCE : LongText.TRUNCATE);
    return joined.isBlank()
        ? CompletableFuture.completedFuture(summaries)
        : Chained.apply(
            answer(task, TaskInput.of(joined), next),
            last -> TaskAnswer.sum(last.value(), List.of(summaries, last)));
  }

  /** The questions stand behind the text, which the engine reads once. */
  private CompletableFuture<TaskAnswer> all(Questions task, TaskInput input, TaskOptions options) {
    return Chained.apply(
        Chained.all(
            task.questions().stream().map(question -> answer(question, input, options)).toList()),
        answers ->
            TaskAnswer.sum(
                new Value.Scores(
                    task.names(),
                    answers.stream()
                        .map(answer -> ((Value.Scores) answer.value()).probabilities().get(0))
                        .toList()),
                answers));
  }
}
