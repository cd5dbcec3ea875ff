package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets {@link SlotAttention} take tokens as products give them. The package's attention had a batch
 * of sequences, so its graph gives tokens that form and takes it back in every layer.
 */
final class FlatAttention {

  private FlatAttention() {}

  /**
   * @param graph in which {@link TokenProducts} are
   */
  static GraphProto insert(GraphProto graph) {
    GraphIndex index = new GraphIndex(graph);
    Map<NodeProto, NodeProto> flat = new HashMap<>();
    Set<NodeProto> dropped = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      Optional<NodeProto> before = before(index, node);
      Optional<NodeProto> after = after(index, node);
      if (before.isPresent() && after.isPresent()) {
        flat.put(node, between(before.get(), node, after.get()));
        dropped.add(after.get());
      }
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .filter(node -> !dropped.contains(node))
        .map(node -> flat.getOrDefault(node, node))
        .forEach(changed::addNode);
    return LiveNodes.keep(changed.build());
  }

  private static Optional<NodeProto> before(GraphIndex index, NodeProto node) {
    return node.getOpType().equals(SlotAttention.OPERATOR)
        ? index
            .producer(node.getInput(0), "Reshape")
            .filter(shape -> index.producer(shape.getInput(0), TokenProducts.OPERATOR).isPresent())
        : Optional.empty();
  }

  /** A form of two dimensions, as the product's. */
  private static Optional<NodeProto> after(GraphIndex index, NodeProto node) {
    return index
        .onlyReader(node.getOutput(0), "Reshape")
        .filter(
            shape ->
                index
                    .constant(shape.getInput(1))
                    .filter(sizes -> sizes.getDimsCount() == 1 && sizes.getDims(0) == 2)
                    .isPresent());
  }

  private static NodeProto between(NodeProto before, NodeProto node, NodeProto after) {
    return node.toBuilder()
        .setInput(0, before.getInput(0))
        .setOutput(0, after.getOutput(0))
        .build();
  }
}
