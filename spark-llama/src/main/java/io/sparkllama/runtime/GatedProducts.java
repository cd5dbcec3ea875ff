package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes one operator of the products of gate and values and of {@code silu(gate) * values}. */
final class GatedProducts {

  private static final String OPERATOR = "GatedTokenProduct";

  private GatedProducts() {}

  /**
   * @param graph in which {@link TokenProducts} are
   * @param threads native threads of the session
   */
  static GraphProto insert(GraphProto graph, int threads) {
    GraphIndex index = new GraphIndex(graph);
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .map(
            node ->
                gated(index, node, 0, 1, threads)
                    .or(() -> gated(index, node, 1, 0, threads))
                    .orElse(node))
        .forEach(changed::addNode);
    return LiveNodes.keep(changed.build());
  }

  private static Optional<NodeProto> gated(
      GraphIndex index, NodeProto node, int activated, int values, int threads) {
    if (!node.getOpType().equals("Mul")) {
      return Optional.empty();
    }
    Optional<NodeProto> gate =
        index
            .producer(node.getInput(activated), "QuickGelu")
            .filter(GatedProducts::isSilu)
            .flatMap(silu -> index.producer(silu.getInput(0), TokenProducts.OPERATOR));
    Optional<NodeProto> up = index.producer(node.getInput(values), TokenProducts.OPERATOR);
    return gate.isPresent() && up.isPresent() && tokens(gate.get()).equals(tokens(up.get()))
        ? Optional.of(merged(node, gate.get(), up.get(), threads))
        : Optional.empty();
  }

  /** With 1 for alpha it is {@code x * sigmoid(x)}. */
  private static boolean isSilu(NodeProto node) {
    return OnnxParts.attribute(node, "alpha").filter(alpha -> alpha.getF() == 1).isPresent();
  }

  /** The levels, and the scales where tokens have their own. */
  private static List<String> tokens(NodeProto product) {
    return Stream.concat(Stream.of(product.getInput(0)), product.getInputList().stream().skip(2))
        .toList();
  }

  private static NodeProto merged(NodeProto node, NodeProto gate, NodeProto up, int threads) {
    return NativeOperators.node(
        OPERATOR,
        node.getOutput(0),
        Stream.of(
                List.of(gate.getInput(0), gate.getInput(1), up.getInput(1)),
                gate.getInputList().subList(2, gate.getInputCount()))
            .flatMap(List::stream)
            .toList(),
        threads);
  }
}
