package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.weights.Matrix;
import java.util.List;

/** Looks tokens up: {@code int64[tokens]} to {@code [tokens, hidden]}. */
final class Embedding {

  private static final String NAME = "embed_tokens";

  private final GraphBuilder graph;
  private final WeightWriter writer;

  Embedding(GraphBuilder graph, WeightWriter writer) {
    this.graph = graph;
    this.writer = writer;
  }

  String floats(String ids, Matrix table, NumberType stored) {
    String initializer =
        graph.initializer(
            writer.rows(
                NAME + "/weight",
                stored.id(),
                table,
                table.columns() * stored.bytes(),
                (row, values, out) -> stored.put(out, values),
                table.rows(),
                table.columns()));
    String rows = graph.node(NAME, "Gather", List.of(initializer, ids), attribute("axis", 0));
    return graph.cast(NAME + "/widened", rows, stored);
  }

  /** 8 bits in blocks: a quarter of the memory, and exact where the source is Q8_0. */
  String blocks(String ids, StoredBlocks table, int columns) {
    String levels = graph.node(NAME, "Gather", List.of(table.levels(), ids), attribute("axis", 0));
    String numbers =
        graph.node(
            NAME + "/number", "Cast", List.of(levels), attribute("to", graph.numbers().id()));
    String centred = graph.node(NAME + "/centred", "Sub", List.of(numbers, graph.number(128)));
    String scale =
        graph.node(NAME + "/scale", "Gather", List.of(table.scales(), ids), attribute("axis", 0));
    String column =
        graph.node(NAME + "/scale_column", "Unsqueeze", List.of(scale, graph.int64s(-1)));
    String product = graph.node(NAME + "/product", "Mul", List.of(centred, column));
    return graph.node(NAME + "/flat", "Reshape", List.of(product, graph.int64s(-1, columns)));
  }

  /** Whether a table can be stored in blocks: the lookup has no place for a padded one. */
  static boolean fits(int columns, int block) {
    return columns % block == 0;
  }
}
