package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;

/** Adds a product with a weight to the graph, in one precision. */
interface Linear {

  /**
   * @param name name of the product
   * @param input name of {@code float[tokens, columns]}
   * @param weight {@code [rows, columns]}
   * @return name of {@code float[tokens, rows]}
   */
  String product(String name, String input, Matrix weight);
}
