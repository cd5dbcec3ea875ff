package io.sparkllama.convert.graph;

import static io.sparkllama.convert.graph.GraphBuilder.attribute;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Products with MatMulNBits: weights of 4 or 8 bits in blocks along a row, one scale each.
 *
 * @param bits 4 or 8
 * @param block 32, 64 or 128
 */
record BlockLinear(GraphBuilder graph, WeightWriter writer, int bits, int block) implements Linear {

  /** The only level that computes in 8-bit integers on x86-64. */
  private static final int INT8_ACTIVATIONS = 4;

  @Override
  public String product(String name, String input, Matrix weight) {
    int rows = weight.rows();
    BlockQuantizer quantizer = new BlockQuantizer(bits, block, rows, weight.columns());
    int blocks = quantizer.blocks();
    String stored =
        graph.initializer(
            writer.rows(
                name + "/weight",
                DataType.UINT8_VALUE,
                weight,
                quantizer.rowBytes(),
                quantizer::encode,
                rows,
                blocks,
                block * bits / 8));
    String scales =
        graph.initializer(
            writer.vector(name + "/scales", quantizer.scales(), (long) rows * blocks));
    return graph.contrib(
        name,
        "MatMulNBits",
        List.of(input, stored, scales),
        attribute("K", weight.columns()),
        attribute("N", rows),
        attribute("bits", bits),
        attribute("block_size", block),
        attribute("accuracy_level", INT8_ACTIVATIONS));
  }
}
