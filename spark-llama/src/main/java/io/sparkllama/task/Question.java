package io.sparkllama.task;

import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.ScoreRequest;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns tasks and inputs into requests, and knows whether prompt and answer fit a slot. */
final class Question {

  private static final int LEAST_PART = 16;
  private static final int LABEL_TOKENS = 8;

  private final ModelPackage model;
  private final LlamaTokenizer tokenizer;
  private final int capacity;
  private final Prompts prompts;

  Question(LlamaEngine engine, PromptOrder order) {
    this(engine.model(), engine.tokenizer(), engine.capacity(), order);
  }

  /**
   * @param capacity tokens of prompt and answer in a slot
   */
  Question(ModelPackage model, LlamaTokenizer tokenizer, int capacity, PromptOrder order) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.capacity = capacity;
    this.prompts = new Prompts(model.prompts(), order);
  }

  Tokens prompt(Task task, TaskInput input) {
    return tokenizer.encodeChat(prompts.messages(task, input));
  }

  GenerationRequest generation(Writing task, Tokens prompt, TaskInput input, TaskOptions options) {
    GenerationRequest request =
        new GenerationRequest(
            prompt,
            answerTokens(task, prompt.length(), options),
            options.sampling(),
            endings(task, input, options));
    GenerationRequest constrained = task.constraint().map(request::withConstraint).orElse(request);
    return adapter(options).map(constrained::withAdapter).orElse(constrained);
  }

  private static List<String> endings(Writing task, TaskInput input, TaskOptions options) {
    String text = TextAnswers.text(input);
    return Stream.concat(
            task.endings().stream().filter(ending -> !text.contains(ending.strip())),
            options.stop().stream())
        .toList();
  }

  ScoreRequest scoring(Tokens prompt, List<Tokens> labels, TaskOptions options) {
    return new ScoreRequest(prompt, labels, adapter(options));
  }

  private Optional<Path> adapter(TaskOptions options) {
    return options.adapter().isEmpty()
        ? Optional.empty()
        : Optional.of(model.adapter(options.adapter()));
  }

  boolean fits(Task task, Tokens prompt, TaskOptions options) {
    return prompt.length() + answerTokens(task, prompt.length(), options) <= capacity;
  }

  /** Tokens that a text may have for its prompt and answer to fit. */
  int roomForText(Task task, TaskOptions options) {
    int frame = prompt(task, TaskInput.of("")).length();
    int room = capacity - frame;
    while (room >= LEAST_PART
        && frame + room + answerTokens(task, frame + room, options) > capacity) {
      room--;
    }
    if (room < LEAST_PART) {
      throw new RequestException(
          "Cannot fit the task %s: its instruction and answer take %d tokens, found slots of %d. Raise the capacity of the slots."
              .formatted(task.name(), frame + answerTokens(task, frame, options), capacity));
    }
    return room;
  }

  RequestException tooLong(Task task, Tokens prompt, TaskOptions options) {
    return new RequestException(
        "Cannot fit the text: found %d prompt tokens and up to %d for the answer, expected at most %d together. Shorten the text, raise the capacity of the slots, or choose %s for long texts."
            .formatted(
                prompt.length(),
                answerTokens(task, prompt.length(), options),
                capacity,
                task.divisible() ? "truncate or map_reduce" : "truncate"));
  }

  /** Most tokens of an answer to a prompt of some tokens. */
  static int answerTokens(Task task, int promptTokens, TaskOptions options) {
    if (task instanceof Writing writing) {
      return options.maxTokens() > 0 ? options.maxTokens() : writing.answerTokens(promptTokens);
    }
    return LABEL_TOKENS;
  }
}
