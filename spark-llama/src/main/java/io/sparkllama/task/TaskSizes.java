package io.sparkllama.task;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.function.Function;

/**
 * What tasks would ask of an engine, known from the model's tokenizer alone. Safe for use by many
 * threads.
 */
public final class TaskSizes implements AutoCloseable {

  private final LlamaTokenizer tokenizer;
  private final Question question;
  private final PromptParts parts;

  private TaskSizes(ModelPackage model, LlamaTokenizer tokenizer, int capacity, PromptOrder order) {
    this.tokenizer = tokenizer;
    this.question = new Question(model, tokenizer, capacity, order);
    this.parts = new PromptParts(tokenizer, question);
  }

  /**
   * @param options of the engine, whose capacity decides what fits
   */
  public static TaskSizes open(ModelPackage model, EngineOptions options, PromptOrder order) {
    int capacity = options.resolve(model.architecture()).capacity();
    return new TaskSizes(model, LlamaTokenizer.open(model), capacity, order);
  }

  /**
   * What a task over one input asks. Prompts are exact, but for a summary of summaries, whose text
   * is not known: there the sizes are those of the longest.
   *
   * @throws RequestException when the input cannot be answered
   */
  public TaskSize of(Task task, TaskInput input, TaskOptions options) {
    if (task instanceof TokenCount || FreeAnswer.of(task, input).isPresent()) {
      return TaskSize.NOTHING;
    }
    if (task instanceof Questions questions) {
      return sum(questions, one -> of(one, input, options));
    }
    if (task instanceof Moderated moderated) {
      TaskSize answer = of(moderated.writing(), input, options);
      return of(moderated.moderate(), Moderated.spoken(input), Moderation.ofInput(options))
          .plus(answer)
          .plus(ofModeratedAnswers(moderated, 1, answer));
    }
    TaskInput shown = task instanceof Writing writing ? writing.reading(input) : input;
    List<Tokens> prompts = parts.of(task, shown, options);
    TaskSize size =
        prompts.stream()
            .map(prompt -> ofPrompt(task, prompt.length(), options))
            .reduce(TaskSize.NOTHING, TaskSize::plus);
    return task instanceof Writing writing && writing.condenses() && prompts.size() > 1
        ? size.plus(ofSummaries(writing, size, options))
        : size;
  }

  /**
   * What is asked once for a task, however many inputs it is about: the leaning of a calibrated
   * choice.
   */
  public TaskSize once(Task task, TaskOptions options) {
    if (task instanceof Questions questions) {
      return sum(questions, one -> once(one, options));
    }
    if (task instanceof Moderated moderated) {
      return once(moderated.moderate(), Moderation.ofInput(options));
    }
    return task instanceof Choice choice && choice.calibration() > 0
        ? Leaning.WITHOUT_CONTENT.stream()
            .map(text -> question.prompt(task, TaskInput.of(text)).length())
            .map(length -> ofPrompt(task, length, options))
            .reduce(TaskSize.NOTHING, TaskSize::plus)
        : TaskSize.NOTHING;
  }

  /**
   * What a task over inputs asks that are not known yet.
   *
   * @param inputs how many
   * @param tokens most tokens of all together
   */
  public TaskSize atMost(Task task, long inputs, long tokens, TaskOptions options) {
    if (task instanceof TokenCount
        || (task instanceof Mask mask && mask.byRulesAlone())
        || inputs == 0) {
      return TaskSize.NOTHING;
    }
    if (task instanceof Questions questions) {
      return sum(questions, one -> atMost(one, inputs, tokens, options));
    }
    if (task instanceof Moderated moderated) {
      TaskSize answers = atMost(moderated.writing(), inputs, tokens, options);
      return atMost(moderated.moderate(), inputs, tokens, Moderation.ofInput(options))
          .plus(answers)
          .plus(ofModeratedAnswers(moderated, inputs, answers));
    }
    int frame = question.prompt(task, TaskInput.of("")).length();
    int longest = Math.toIntExact(frame + (tokens + inputs - 1) / inputs);
    return ofPrompt(task, longest, options).times(inputs);
  }

  /** What an answer about many texts asks. */
  public GatheringSize gathering(Writing task, TaskOptions options) {
    return new GatheringSize(
        task,
        options,
        question,
        new Room(task, options, question, tokenizer),
        new Room(task.combining(), options, question, tokenizer));
  }

  private static TaskSize sum(Questions task, Function<Choice, TaskSize> size) {
    return task.questions().stream().map(size).reduce(TaskSize.NOTHING, TaskSize::plus);
  }

  /** As long as answers may be; those that are blocked before they are written cost nothing. */
  private TaskSize ofModeratedAnswers(Moderated task, long answers, TaskSize written) {
    return atMost(task.moderate(), answers, written.mostNewTokens(), Moderation.ofAnswer());
  }

  /**
   * The parts' summaries are summarized again until one is left. Each is taken to be read as the
   * tokens that it was written as, and one between it and the next.
   */
  private TaskSize ofSummaries(Writing task, TaskSize parts, TaskOptions options) {
    TaskSize all = TaskSize.NOTHING;
    int room = question.roomForText(task, options);
    TaskSize last = parts;
    while (last.requests() > 1) {
      long tokens = last.mostNewTokens() + last.requests();
      long next = Math.min((tokens + room - 1) / room, last.requests() - 1);
      last = atMost(task, next, Math.min(tokens, next * room), options);
      all = all.plus(last);
    }
    return all;
  }

  private static TaskSize ofPrompt(Task task, int length, TaskOptions options) {
    int answer = task instanceof Writing ? Question.answerTokens(task, length, options) : 0;
    return new TaskSize(1, length, answer);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
