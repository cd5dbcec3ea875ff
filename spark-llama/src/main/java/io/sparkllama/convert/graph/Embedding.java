package io.sparkllama.convert.graph;

import static io.sparkllama.convert.graph.GraphBuilder.attribute;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/** Looks tokens up: {@code int64[tokens]} to {@code float[tokens, hidden]}. */
final class Embedding {

  private static final String NAME = "embed_tokens";

  private final GraphBuilder graph;
  private final WeightWriter writer;

  Embedding(GraphBuilder graph, WeightWriter writer) {
    this.graph = graph;
    this.writer = writer;
  }

  String floats(String ids, Matrix table) {
    String stored =
        graph.initializer(
            writer.rows(
                NAME + "/weight",
                DataType.FLOAT_VALUE,
                table,
                table.columns() * Float.BYTES,
                (row, values, out) -> {
                  out.asFloatBuffer().put(values);
                  return 0;
                },
                table.rows(),
                table.columns()));
    return graph.node(NAME, "Gather", List.of(stored, ids), attribute("axis", 0));
  }

  /** 8 bits in blocks: a quarter of the memory, and exact where the source is Q8_0. */
  String blocks(String ids, Matrix table) {
    BlockQuantizer quantizer =
        new BlockQuantizer(8, BlockQuantizer.GGML_BLOCK, table.rows(), table.columns());
    String stored =
        graph.initializer(
            writer.rows(
                NAME + "/weight",
                DataType.UINT8_VALUE,
                table,
                quantizer.rowBytes(),
                quantizer::encode,
                table.rows(),
                quantizer.blocks(),
                BlockQuantizer.GGML_BLOCK));
    String scales =
        graph.initializer(
            writer.vector(
                NAME + "/scales", quantizer.scales(), table.rows(), quantizer.blocks(), 1));
    String levels = graph.node(NAME, "Gather", List.of(stored, ids), attribute("axis", 0));
    String floats =
        graph.node(NAME + "/float", "Cast", List.of(levels), attribute("to", DataType.FLOAT_VALUE));
    String centred = graph.node(NAME + "/centred", "Sub", List.of(floats, graph.float32(128)));
    String scale =
        graph.node(NAME + "/scale", "Gather", List.of(scales, ids), attribute("axis", 0));
    String product = graph.node(NAME + "/product", "Mul", List.of(centred, scale));
    return graph.node(
        NAME + "/flat", "Reshape", List.of(product, graph.int64s(-1, table.columns())));
  }
}
