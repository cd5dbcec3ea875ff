package io.sparkllama.finetune;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a run is, and the learning rate there: it rises over the first twentieth and falls to
 * zero at the end.
 */
final class Schedule {

  private static final double WARM_UP = 0.05;

  private final double learningRate;
  private final int evaluations;
  private final Optional<Duration> limit;
  private final int steps;

  private Schedule(double learningRate, int evaluations, Optional<Duration> limit, int steps) {
    this.learningRate = learningRate;
    this.evaluations = evaluations;
    this.limit = limit;
    this.steps = steps;
  }

  static Schedule of(FinetuneOptions options, StepPlan plan) {
    int steps = 0;
    if (options.length() instanceof FinetuneOptions.Epochs epochs) {
      for (int epoch = 0; epoch < epochs.count(); epoch++) {
        steps += plan.epoch(epoch).size();
      }
    }
    return new Schedule(options.learningRate(), options.evaluations(), options.limit(), steps);
  }

  /** 1 when the run is done, and more behind that. */
  double share(FinetuneProgress progress) {
    return limit
        .map(time -> (double) progress.elapsed().toMillis() / time.toMillis())
        .orElseGet(() -> (double) progress.step() / steps);
  }

  /** Of the step that follows. */
  double learningRate(FinetuneProgress progress) {
    double next = limit.isPresent() ? share(progress) : (progress.step() + 0.5) / steps;
    return learningRate * (next < WARM_UP ? next / WARM_UP : (1 - next) / (1 - WARM_UP));
  }

  /** Measurements that are due up to here. */
  int evaluations(FinetuneProgress progress) {
    return (int) (Math.min(1, share(progress)) * evaluations + 1e-9);
  }

  /** Whether the last measurement is due. */
  boolean complete(int measured) {
    return measured >= evaluations;
  }
}
