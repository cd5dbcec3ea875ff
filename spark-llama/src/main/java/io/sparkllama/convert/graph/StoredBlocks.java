package io.sparkllama.convert.graph;

import io.sparkllama.convert.calibrate.ErrorFeedback;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.Optional;

/**
 * A weight in blocks, by the names of its parts in the graph.
 *
 * @param levels {@code uint8[rows, blocks, bytes of a block]}
 * @param scales {@code [rows, blocks]}
 * @param zeros packed zero points, where not all are in the middle
 */
record StoredBlocks(String levels, String scales, Optional<String> zeros) {

  /**
   * Half the size costs nothing: levels are chosen for the rounded scale. ONNX Runtime widens them
   * once, when the package is loaded.
   */
  private static final NumberType SCALES = NumberType.FLOAT16;

  /**
   * Writes a weight.
   *
   * @param bits 4 or 8
   * @param block values of a block
   */
  static StoredBlocks write(
      GraphBuilder graph,
      WeightWriter writer,
      String name,
      Matrix weight,
      int bits,
      int block,
      Optional<ErrorFeedback> feedback) {
    int rows = weight.rows();
    BlockQuantizer quantizer = new BlockQuantizer(bits, block, rows, weight.columns(), feedback);
    String levels =
        graph.initializer(
            writer.rows(
                name + "/weight",
                DataType.UINT8_VALUE,
                weight,
                quantizer.rowBytes(),
                quantizer::encode,
                rows,
                quantizer.blocks(),
                block * bits / 8));
    String scales =
        graph.initializer(
            writer.vector(name + "/scales", SCALES, quantizer.scales(), rows, quantizer.blocks()));
    Optional<String> zeros =
        quantizer.shifted()
            ? Optional.of(
                graph.initializer(
                    writer.bytes(
                        name + "/zeros", quantizer.zeros(), rows, quantizer.zeros().length / rows)))
            : Optional.empty();
    String widened = graph.cast(name + "/scales_widened", scales, SCALES);
    return new StoredBlocks(levels, widened, zeros);
  }
}
