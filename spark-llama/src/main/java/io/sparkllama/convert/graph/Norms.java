package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import java.util.List;

/** Root-mean-square norms, each with the sum before it in one operator. */
record Norms(GraphBuilder graph, WeightWriter writer, float epsilon) {

  /**
   * Hidden states on their way from block to block.
   *
   * @param sum states so far
   * @param added what the last block adds to them; empty for nothing
   */
  record Residual(String sum, String added) {}

  record Normed(String value, String sum) {}

  Normed norm(String name, Residual stream, float[] scale) {
    String stored =
        graph.initializer(writer.vector(name + "/weight", graph.numbers(), scale, scale.length));
    if (stream.added.isEmpty()) {
      String value =
          graph.node(
              name,
              "SimplifiedLayerNormalization",
              List.of(stream.sum, stored),
              attribute("axis", -1),
              attribute("epsilon", epsilon),
              attribute("stash_type", 1));
      return new Normed(value, stream.sum);
    }
    List<String> outputs =
        graph.contrib(
            name,
            "SkipSimplifiedLayerNormalization",
            List.of(stream.sum, stream.added, stored),
            List.of(name + "/out", "", "", name + "/sum"),
            attribute("epsilon", epsilon));
    return new Normed(outputs.get(0), outputs.get(3));
  }
}
