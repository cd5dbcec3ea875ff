package io.sparkllama.jobs.pipeline.gate;

import io.sparkllama.jobs.pipeline.definition.Gate;
import java.util.Optional;

/**
 * How a step did on the labelled rows.
 *
 * @param gate what was asked for
 * @param rows labelled rows, at least one
 * @param right those with the right answer
 * @param failed those that could not be answered, which are wrong
 * @param matrix which labels were taken for which; empty if the answers are no labels
 */
public record GateResult(
    Gate gate, long rows, long right, long failed, Optional<ConfusionMatrix> matrix) {

  /** Share of right answers. */
  public double accuracy() {
    return (double) right / rows;
  }

  /** Whether the share is what the gate asks for. */
  public boolean met() {
    return accuracy() >= gate.minAccuracy();
  }

  /** The result in a line. */
  public String summary() {
    return "accuracy of %s is %.4f (%,d of %,d, %,d without an answer), at least %s is asked for"
        .formatted(gate.step(), accuracy(), right, rows, failed, gate.minAccuracy());
  }
}
