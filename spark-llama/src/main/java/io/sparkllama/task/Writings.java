package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Generates answers behind prompts and reads them. */
final class Writings {

  private final LlamaEngine engine;
  private final Question question;

  Writings(LlamaEngine engine, Question question) {
    this.engine = engine;
    this.question = question;
  }

  /**
   * @param prompts of an input, or of its parts
   */
  CompletableFuture<TaskAnswer> answer(
      Writing task, List<Tokens> prompts, TaskInput input, TaskOptions options) {
    return Chained.apply(
        Chained.all(
            prompts.stream()
                .map(prompt -> engine.generate(question.generation(task, prompt, input, options)))
                .toList()),
        generations -> read(task, generations, input));
  }

  private static TaskAnswer read(Writing task, List<Generation> parts, TaskInput input) {
    boolean cut = parts.stream().anyMatch(part -> part.finishReason() == FinishReason.LENGTH);
    return new TaskAnswer(
        task.read(parts.stream().map(Generation::text).toList(), input),
        cut ? FinishReason.LENGTH : FinishReason.STOP,
        parts.stream().mapToInt(Generation::promptTokens).sum(),
        parts.stream().mapToInt(Generation::reusedTokens).sum(),
        parts.stream().mapToInt(Generation::generatedTokens).sum());
  }
}
