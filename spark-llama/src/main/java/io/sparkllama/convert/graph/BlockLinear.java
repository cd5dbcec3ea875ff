package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.calibrate.ErrorFeedback;
import io.sparkllama.convert.weights.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Products with MatMulNBits: weights of 4 or 8 bits in blocks along a row, one scale each.
 *
 * @param bits 4 or 8
 * @param block 32, 64 or 128
 */
record BlockLinear(
    GraphBuilder graph, WeightWriter writer, ProductInputs inputs, int bits, int block)
    implements Linear {

  /** The only level that computes in 8-bit integers on x86-64; CUDA does not look at it. */
  private static final int INT8_ACTIVATIONS = 4;

  @Override
  public String product(String name, String input, Matrix weight) {
    StoredBlocks stored =
        StoredBlocks.write(graph, writer, name, weight, bits, block, feedback(input));
    return product(name, input, stored, weight);
  }

  /** A product with a weight that is in the file already. */
  String product(String name, String input, StoredBlocks stored, Matrix weight) {
    List<String> operands = new ArrayList<>(List.of(input, stored.levels(), stored.scales()));
    stored.zeros().ifPresent(operands::add);
    return graph.contrib(
        name,
        "MatMulNBits",
        operands,
        attribute("K", weight.columns()),
        attribute("N", weight.rows()),
        attribute("bits", bits),
        attribute("block_size", block),
        attribute("accuracy_level", INT8_ACTIVATIONS));
  }

  /** 8 bits lose so little that only 4 bits repay the work. */
  private Optional<ErrorFeedback> feedback(String input) {
    return bits == 8 ? Optional.empty() : inputs.statistics(input).map(ErrorFeedback::of);
  }
}
