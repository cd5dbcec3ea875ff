package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;
import java.util.List;

/**
 * Products of floating-point numbers.
 *
 * @param stored type in the file; the graph widens it where it computes in another
 */
record FloatLinear(GraphBuilder graph, WeightWriter writer, NumberType stored) implements Linear {

  @Override
  public String product(String name, String input, Matrix weight) {
    String initializer =
        graph.initializer(
            writer.transposed(
                name + "/weight",
                stored.id(),
                weight,
                stored.bytes(),
                (row, values, out) -> stored.put(out, values)));
    String widened = graph.cast(name + "/widened", initializer, stored);
    return graph.node(name, "MatMul", List.of(input, widened));
  }
}
