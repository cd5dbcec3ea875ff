package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts one operator in the place of the ten by which {@code w8a8} packages find the scale of each
 * token and round to it. The levels and scales are the same bit by bit.
 */
final class TokenQuantization {

  static final String OPERATOR = "QuantizeTokens";

  /** All inputs of a token share a scale. */
  private static final long WHOLE = 0;

  private TokenQuantization() {}

  /**
   * The same model with the operator wherever tokens are quantized by their own scales, which is
   * told by the names that the converter gives.
   *
   * @param threads native threads of the session
   */
  static ModelProto insert(ModelProto model, int threads) {
    GraphProto graph = model.getGraph();
    Map<String, NodeProto> nodes =
        graph.getNodeList().stream()
            .collect(Collectors.toMap(NodeProto::getName, Function.identity(), (a, b) -> a));
    Map<NodeProto, NodeProto> columns = new LinkedHashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      column(node, nodes).ifPresent(column -> columns.put(node, column));
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .filter(node -> !columns.containsValue(node))
        .map(node -> columns.containsKey(node) ? quantize(node, columns.get(node), threads) : node)
        .forEach(changed::addNode);
    return model.toBuilder().setGraph(LiveNodes.keep(changed.build())).build();
  }

  /** The node that hands a token's scale on, where a node rounds by scales of tokens. */
  private static Optional<NodeProto> column(NodeProto node, Map<String, NodeProto> nodes) {
    NodeProto scale = nodes.get(node.getName() + "/scale");
    NodeProto column = nodes.get(node.getName() + "/column");
    boolean byToken =
        node.getOpType().equals("QuantizeLinear")
            && scale != null
            && column != null
            && node.getInput(1).equals(scale.getOutput(0))
            && column.getInput(0).equals(scale.getOutput(0));
    return byToken ? Optional.of(column) : Optional.empty();
  }

  private static NodeProto quantize(NodeProto node, NodeProto column, int threads) {
    return node(node.getOutput(0), column.getOutput(0), node.getInput(0), WHOLE, threads)
        .toBuilder()
        .setName(node.getName())
        .build();
  }

  /**
   * The operator.
   *
   * @param block inputs that share a scale, or {@link #WHOLE}
   */
  static NodeProto node(String levels, String scales, String input, long block, int threads) {
    return NativeOperators.node(
            OPERATOR, levels, List.of(input), threads, OnnxParts.attribute("block", block))
        .toBuilder()
        .addOutput(scales)
        .build();
  }
}
