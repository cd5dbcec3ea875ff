package io.sparkllama.finetune;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.sparkllama.errors.EngineException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One change of the weights: the gradient of some passes, one after the other, and a step by it.
 */
final class TrainingStep {

  private final Decoder decoder;
  private final AdamW optimizer;
  private final NDManager manager;
  private final int prefix;

  TrainingStep(Decoder decoder, AdamW optimizer, NDManager manager, int prefix) {
    this.decoder = decoder;
    this.optimizer = optimizer;
    this.manager = manager;
    this.prefix = prefix;
  }

  /**
   * What a step did.
   *
   * @param loss mean negative log-probability of the answers' tokens, before it
   * @param tokens of its rows, filling and repeated prefixes not counted
   */
  record Done(double loss, long tokens) {}

  /**
   * @param stopped looked at between passes
   * @return empty when it was stopped, and nothing has changed
   */
  Optional<Done> run(List<List<Question>> passes, double learningRate, BooleanSupplier stopped) {
    int answered = passes.stream().mapToInt(TrainingStep::targets).sum();
    double loss = 0;
    long tokens = 0;
    for (List<Question> rows : passes) {
      if (stopped.getAsBoolean()) {
        return Optional.empty();
      }
      loss += backward(Pass.of(rows, prefix), answered);
      tokens += rows.stream().mapToInt(row -> row.tokens().length()).sum();
    }
    if (!Double.isFinite(loss)) {
      throw new EngineException(
          "Failed to train: the loss is no number any more. Lower the learning rate and resume.");
    }
    optimizer.step(learningRate);
    return Optional.of(new Done(loss, tokens));
  }

  private static int targets(List<Question> rows) {
    return rows.stream().mapToInt(row -> row.targets().length).sum();
  }

  /**
   * Adds the gradient of a pass to what its step has already.
   *
   * @param answered tokens of all answers of the step, over which the loss is the mean
   * @return the pass's part of the loss
   */
  double backward(Pass pass, int answered) {
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray share = scope.create(-1f / answered);
      NDArray loss = decoder.logProbabilities(pass, scope).sum().mul(share);
      collector.backward(loss);
      return loss.getFloat();
    }
  }
}
