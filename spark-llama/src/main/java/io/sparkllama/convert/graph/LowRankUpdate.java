package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;
import java.util.List;

/**
 * Adds {@code (x A) B} to a product, where a run may give A {@code [columns, rank]} and B {@code
 * [rank, rows]}. Their defaults have rank 0, so that without an adapter nothing is added.
 */
public final class LowRankUpdate {

  private LowRankUpdate() {}

  /** Name of the graph input that takes A of a product. */
  public static String down(String product) {
    return product + ".lora_A";
  }

  /** Name of the graph input that takes B of a product. */
  public static String up(String product) {
    return product + ".lora_B";
  }

  static String add(GraphBuilder graph, String name, String input, String product, Matrix weight) {
    String rank = name + "/rank";
    graph.optionalInput(down(name), weight.columns(), rank);
    graph.optionalInput(up(name), rank, weight.rows());
    String narrow = graph.node(name + "/lora_down", "MatMul", List.of(input, down(name)));
    String wide = graph.node(name + "/lora_up", "MatMul", List.of(narrow, up(name)));
    return graph.node(name + "/adapted", "Add", List.of(product, wide));
  }
}
