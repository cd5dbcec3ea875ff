package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
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

  public TaskRunner(LlamaEngine engine) {
    this(engine, PromptOrder.INSTRUCTION_FIRST);
  }

  public TaskRunner(LlamaEngine engine, PromptOrder order) {
    this.question = new Question(engine, order);
    this.engine = engine;
    this.parts = new PromptParts(engine.tokenizer(), question);
    this.choices = new Choices(engine, question);
    this.writings = new Writings(engine, question);
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
    if (task instanceof Tagging tagging) {
      return tags(tagging, input, options);
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
            answer(task, TaskInput.of(joined), next), last -> sum(last.value(), summaries, last));
  }

  /** A question for each label, behind the text, which the engine reads once. */
  private CompletableFuture<TaskAnswer> tags(Tagging task, TaskInput input, TaskOptions options) {
    return Chained.apply(
        Chained.all(
            task.choices().stream().map(label -> answer(new Fits(label), input, options)).toList()),
        answers ->
            sum(
                new Value.Scores(
                    task.choices().stream().map(Label::name).toList(),
                    answers.stream()
                        .map(answer -> ((Value.Scores) answer.value()).probabilities().get(0))
                        .toList()),
                answers.toArray(TaskAnswer[]::new)));
  }

  /** The tokens of all; the end of the last. */
  private static TaskAnswer sum(Value value, TaskAnswer... answers) {
    FinishReason end = answers[answers.length - 1].finishReason();
    return new TaskAnswer(
        value,
        end,
        List.of(answers).stream().mapToInt(TaskAnswer::promptTokens).sum(),
        List.of(answers).stream().mapToInt(TaskAnswer::reusedTokens).sum(),
        List.of(answers).stream().mapToInt(TaskAnswer::generatedTokens).sum());
  }
}
