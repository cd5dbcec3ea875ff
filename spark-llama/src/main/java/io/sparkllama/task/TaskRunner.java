package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.LlamaException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Puts tasks to an engine and reads the answers. Safe for use by many threads. */
public final class TaskRunner {

  private final LlamaEngine engine;
  private final Question question;
  private final SentimentLabels labels;
  private final TextParts texts;

  public TaskRunner(LlamaEngine engine) {
    this(engine, PromptOrder.INSTRUCTION_FIRST);
  }

  public TaskRunner(LlamaEngine engine, PromptOrder order) {
    this.engine = engine;
    this.question = new Question(engine, order);
    this.labels = new SentimentLabels(engine);
    this.texts = new TextParts(engine.tokenizer());
  }

  /**
   * Starts a task over one text. A blank text is answered without the model: neutral, or an empty
   * text; as a prompt of {@link Task.Generate} it is refused.
   *
   * @return ends exceptionally with a {@link RequestException} when the text cannot be answered;
   *     cancelling it cancels what it asked of the engine
   */
  public CompletableFuture<TaskAnswer> submit(Task task, String text, LongText longText) {
    try {
      return text.isBlank()
          ? CompletableFuture.completedFuture(BlankText.answer(task))
          : answer(task, text, longText);
    } catch (LlamaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<TaskAnswer> answer(Task task, String text, LongText longText) {
    Tokens prompt = question.prompt(task, text);
    if (question.fits(task, prompt)) {
      return ask(task, prompt);
    }
    return switch (longText) {
      case ERROR -> throw question.tooLong(task, prompt);
      case TRUNCATE -> ask(task, truncated(task, text));
      case MAP_REDUCE -> inParts(task, text);
    };
  }

  private CompletableFuture<TaskAnswer> ask(Task task, Tokens prompt) {
    if (task instanceof Task.Sentiment) {
      return Chained.apply(labels.score(prompt), scores -> labels.best(List.of(scores)));
    }
    return Chained.apply(
        engine.generate(question.request(task, prompt)), generation -> read(task, generation));
  }

  private static TaskAnswer read(Task task, Generation generation) {
    String text = generation.text();
    return new TaskAnswer(
        task instanceof Task.Generate ? text : Chatter.strip(text),
        generation.finishReason(),
        generation.promptTokens(),
        generation.reusedTokens(),
        generation.generatedTokens());
  }

  /** Encoding the cut text again can take a token more, so the cut moves until it fits. */
  private Tokens truncated(Task task, String text) {
    int room = question.roomForText(task);
    Tokens prompt = question.prompt(task, texts.start(text, room));
    while (!question.fits(task, prompt)) {
      room--;
      prompt = question.prompt(task, texts.start(text, room));
    }
    return prompt;
  }

  private CompletableFuture<TaskAnswer> inParts(Task task, String text) {
    if (task instanceof Task.Generate) {
      throw new RequestException(
          "Cannot answer a prompt in parts: map_reduce is for texts, expected error or truncate."
              + " Change what happens to long texts.");
    }
    // Parts that are joined encode a little differently than alone.
    List<String> parts = texts.split(text, question.roomForText(task) * 9 / 10);
    if (task instanceof Task.Sentiment) {
      return Chained.apply(
          Chained.all(parts.stream().map(part -> labels.score(fitting(task, part))).toList()),
          labels::best);
    }
    CompletableFuture<List<TaskAnswer>> answers =
        Chained.all(parts.stream().map(part -> ask(task, fitting(task, part))).toList());
    return task instanceof Task.Summarize
        ? Chained.compose(answers, summaries -> summarizeAgain(task, text, summaries))
        : Chained.apply(answers, TaskRunner::join);
  }

  private Tokens fitting(Task task, String part) {
    Tokens prompt = question.prompt(task, part);
    return question.fits(task, prompt) ? prompt : truncated(task, part);
  }

  /** Summaries of the parts are a text of their own; one that does not get shorter is cut. */
  private CompletableFuture<TaskAnswer> summarizeAgain(
      Task task, String text, List<TaskAnswer> summaries) {
    TaskAnswer joined = join(summaries);
    if (joined.value().isBlank()) {
      return CompletableFuture.completedFuture(joined);
    }
    boolean shorter = joined.value().length() <= text.length() / 2;
    return Chained.apply(
        answer(task, joined.value(), shorter ? LongText.MAP_REDUCE : LongText.TRUNCATE),
        last ->
            new TaskAnswer(
                last.value(),
                last.finishReason(),
                joined.promptTokens() + last.promptTokens(),
                joined.reusedTokens() + last.reusedTokens(),
                joined.generatedTokens() + last.generatedTokens()));
  }

  private static TaskAnswer join(List<TaskAnswer> answers) {
    boolean cut = answers.stream().anyMatch(answer -> answer.finishReason() == FinishReason.LENGTH);
    return new TaskAnswer(
        answers.stream().map(TaskAnswer::value).collect(Collectors.joining(" ")),
        cut ? FinishReason.LENGTH : FinishReason.STOP,
        answers.stream().mapToInt(TaskAnswer::promptTokens).sum(),
        answers.stream().mapToInt(TaskAnswer::reusedTokens).sum(),
        answers.stream().mapToInt(TaskAnswer::generatedTokens).sum());
  }
}
