package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.engine.LabelScores;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Scores the labels of a choice behind its prompts. */
final class Choices {

  private final LlamaEngine engine;
  private final Question question;
  private final Leaning leaning = new Leaning();

  Choices(LlamaEngine engine, Question question) {
    this.engine = engine;
    this.question = question;
  }

  /**
   * @param prompts of a text, or of its parts
   */
  CompletableFuture<TaskAnswer> answer(Choice task, List<Tokens> prompts, TaskOptions options) {
    List<Tokens> labels = task.wordings().stream().map(engine.tokenizer()::encodeAnswer).toList();
    CompletableFuture<List<LabelScores>> scores =
        Chained.all(
            prompts.stream()
                .map(prompt -> engine.score(question.scoring(prompt, labels, options)))
                .toList());
    if (task.calibration() == 0) {
      return Chained.apply(scores, parts -> answer(task, parts, LabelLogits.of(task, parts)));
    }
    CompletableFuture<double[]> prior =
        leaning.of(
            task,
            options,
            text ->
                engine.score(
                    question.scoring(question.prompt(task, TaskInput.of(text)), labels, options)));
    return Chained.compose(
        scores,
        parts ->
            Chained.apply(
                prior,
                known ->
                    answer(
                        task,
                        parts,
                        LabelLogits.minus(
                            LabelLogits.of(task, parts), task.calibration(), known))));
  }

  private static TaskAnswer answer(Choice task, List<LabelScores> parts, double[] scores) {
    List<Double> probabilities = Arrays.stream(LabelLogits.softmax(scores)).boxed().toList();
    return new TaskAnswer(
        new Value.Scores(task.labels(), probabilities),
        FinishReason.STOP,
        LabelLogits.tokens(parts),
        parts.stream().mapToInt(LabelScores::reusedTokens).sum(),
        0);
  }
}
