package io.sparkllama.onnx;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Places at which a graph may be cut into stages: the hidden states between two layers under names
 * that say so. They are two tensors {@code float[tokens, hidden]}, the states so far and what the
 * last layer adds to them, since the norm behind them takes the sum in its own way. A later stage
 * needs no more of an earlier one.
 */
public final class StageBorders {

  private static final String PREFIX = "stages.";

  private StageBorders() {}

  /**
   * Name of the states so far with which a stage begins.
   *
   * @param stage from 1
   */
  public static String states(int stage) {
    return PREFIX + stage + "/states";
  }

  /**
   * Name of what is added to them.
   *
   * @param stage from 1
   */
  public static String added(int stage) {
    return PREFIX + stage + "/added";
  }

  /** Both names. */
  public static List<String> names(int stage) {
    return List.of(states(stage), added(stage));
  }

  /** How many stages a graph can be cut into; 1 where it has no borders. */
  public static int stages(GraphProto graph) {
    Set<String> tensors =
        graph.getNodeList().stream()
            .flatMap(node -> node.getOutputList().stream())
            .collect(Collectors.toSet());
    int stages = 1;
    while (tensors.containsAll(names(stages))) {
      stages++;
    }
    return stages;
  }
}
