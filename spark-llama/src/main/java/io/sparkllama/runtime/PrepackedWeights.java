package io.sparkllama.runtime;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Weights in the layout of CUDA's products, as onnxruntime-genai's builder stores them with
 * matmulnbits_weights_prepacked. Whatever takes them for blocks makes numbers of them without an
 * error, so it is refused here.
 */
final class PrepackedWeights {

  private static final String LAYOUT = "weight_prepacked";
  private static final String OPTION = "matmulnbits_weights_prepacked";

  private PrepackedWeights() {}

  /**
   * @param source where the graph has been read, for messages
   * @throws ModelException if something on the device takes such weights for blocks
   */
  static void requireReaders(Path source, GraphProto graph, ComputeDevice device) {
    Set<String> prepacked =
        graph.getNodeList().stream()
            .filter(PrepackedWeights::isPrepacked)
            .map(node -> node.getInput(1))
            .collect(Collectors.toSet());
    if (prepacked.isEmpty()) {
      return;
    }
    if (!(device instanceof ComputeDevice.Cuda)) {
      throw new ModelException(
          "Cannot run %s on %s: found weights in the layout of CUDA's products, expected blocks. Export the model without %s, or use the device cuda."
              .formatted(source, device.label(), OPTION));
    }
    GraphIndex index = new GraphIndex(graph);
    if (graph.getNodeList().stream().anyMatch(node -> prepacked.contains(embedded(index, node)))) {
      throw new ModelException(
          "Cannot run %s: found an embedding that reads the head's weights in the layout of CUDA's products, expected blocks. Export the model without %s, or with shared_embeddings=false."
              .formatted(source, OPTION));
    }
  }

  private static boolean isPrepacked(NodeProto node) {
    return node.getOpType().equals("MatMulNBits")
        && OnnxParts.attribute(node, LAYOUT).map(AttributeProto::getI).orElse(0L) != 0;
  }

  /** What an embedding in blocks reads, whatever its form; nothing of other nodes. */
  private static String embedded(GraphIndex index, NodeProto node) {
    if (!node.getOpType().equals("GatherBlockQuantized")) {
      return "";
    }
    String table = node.getInput(0);
    return index.producer(table, "Reshape").map(shape -> shape.getInput(0)).orElse(table);
  }
}
