package io.sparkllama.runtime;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one operator of the sum with what a block adds, its norm, and the rounding of the norm to
 * levels of one size for all tokens.
 */
final class TokenNorms {

  private static final int SUM = 3;

  private TokenNorms() {}

  /**
   * @param threads native threads of the session
   */
  static GraphProto insert(GraphProto graph, int threads) {
    GraphIndex index = new GraphIndex(graph);
    Map<NodeProto, NodeProto> rounded = new LinkedHashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      rounding(index, node).ifPresent(levels -> rounded.put(node, levels));
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .filter(node -> !rounded.containsValue(node))
        .map(
            node -> rounded.containsKey(node) ? own(index, node, rounded.get(node), threads) : node)
        .forEach(changed::addNode);
    return changed.build();
  }

  /** The node that rounds a norm, where it is the only one that reads it. */
  private static Optional<NodeProto> rounding(GraphIndex index, NodeProto node) {
    boolean norm =
        node.getOpType().equals("SkipSimplifiedLayerNormalization")
            && node.getInputCount() == 3
            && node.getOutputCount() == SUM + 1
            && index
                .constant(node.getInput(2))
                .filter(weights -> weights.getDims(0) % SlotAttention.LANES == 0)
                .isPresent();
    return norm
        ? index
            .onlyReader(node.getOutput(0), "QuantizeLinear")
            .filter(rounding -> rounding.getInputCount() == 3)
            .filter(rounding -> index.isZeroPoint(rounding.getInput(2)))
            .filter(rounding -> index.number(rounding.getInput(1)).isPresent())
        : Optional.empty();
  }

  private static NodeProto own(GraphIndex index, NodeProto norm, NodeProto rounding, int threads) {
    return NativeOperators.node(
            "NormTokens",
            norm.getOutput(SUM),
            norm.getInputList(),
            threads,
            OnnxParts.attribute("epsilon", epsilon(norm)),
            OnnxParts.attribute("level", index.number(rounding.getInput(1)).orElseThrow()))
        .toBuilder()
        .addOutput(rounding.getOutput(0))
        .build();
  }

  private static float epsilon(NodeProto norm) {
    return OnnxParts.attribute(norm, "epsilon").map(AttributeProto::getF).orElse(1e-12f);
  }
}
