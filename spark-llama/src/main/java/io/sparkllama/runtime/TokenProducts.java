package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts products with weights that are packed once in the place of MatMulIntegerToFloat; they
 * multiply by the scales of tokens themselves. The results are the same bit by bit.
 */
final class TokenProducts {

  static final String OPERATOR = "TokenProduct";

  /** Inputs that are multiplied at once. */
  static final int TOGETHER = 4;

  private final GraphIndex index;
  private final int threads;
  private final Map<String, Packing.OfTokens> packings = new LinkedHashMap<>();

  private TokenProducts(GraphIndex index, int threads) {
    this.index = index;
    this.threads = threads;
  }

  /**
   * The same graph with packed products, where this processor runs them.
   *
   * @param threads native threads of the session
   */
  static ServingGraph insert(ServingGraph serving, int threads) {
    if (NativeOperators.functions().spark_llama_multiplies() == 0) {
      return serving;
    }
    GraphProto graph = serving.model().getGraph();
    TokenProducts products = new TokenProducts(new GraphIndex(graph), threads);
    List<NodeProto> nodes =
        graph.getNodeList().stream().map(node -> products.product(node).orElse(node)).toList();
    return serving.with(nodes, products.packings.values());
  }

  /** What takes the place of a product, or of a product by the scales of its tokens. */
  private Optional<NodeProto> product(NodeProto node) {
    return switch (node.getOpType()) {
      case "MatMulIntegerToFloat" ->
          packing(node)
              .map(packing -> own(node, List.of(node.getInput(0), packing.packed().getName())));
      case "Mul" -> scaled(node, 0, 1).or(() -> scaled(node, 1, 0));
      default -> Optional.empty();
    };
  }

  private Optional<NodeProto> scaled(NodeProto node, int product, int scales) {
    return index
        .producer(node.getInput(product), "MatMulIntegerToFloat")
        .filter(
            multiplied ->
                index
                    .producer(multiplied.getInput(0), TokenQuantization.OPERATOR)
                    .filter(levels -> levels.getOutput(1).equals(node.getInput(scales)))
                    .isPresent())
        .flatMap(
            multiplied ->
                packing(multiplied)
                    .map(
                        packing ->
                            own(
                                node,
                                List.of(
                                    multiplied.getInput(0),
                                    packing.packed().getName(),
                                    node.getInput(scales)))));
  }

  private Optional<Packing.OfTokens> packing(NodeProto node) {
    if (node.getInputCount() != 5 || !index.isZeroPoint(node.getInput(4))) {
      return Optional.empty();
    }
    Optional<TensorProto> weights = index.constant(node.getInput(1)).filter(TokenProducts::fits);
    Optional<TensorProto> scales = index.constant(node.getInput(3)).filter(TokenProducts::isRow);
    Optional<Float> levelScale = index.number(node.getInput(2));
    return Stream.of(weights, scales, levelScale).allMatch(Optional::isPresent)
        ? Optional.of(
            packings.computeIfAbsent(
                node.getName(),
                name ->
                    new Packing.OfTokens(
                        packed(name, weights.get()),
                        weights.get(),
                        scales.get(),
                        levelScale.get())))
        : Optional.empty();
  }

  private static boolean fits(TensorProto weights) {
    return weights.getDataType() == DataType.INT8_VALUE
        && weights.getExternalDataCount() > 0
        && weights.getDimsCount() == 2
        && weights.getDims(0) % TOGETHER == 0
        && weights.getDims(1) % SlotAttention.LANES == 0;
  }

  private static boolean isRow(TensorProto scales) {
    return scales.getDataType() == DataType.FLOAT_VALUE && scales.getDimsCount() == 1;
  }

  private static TensorProto packed(String product, TensorProto weights) {
    return weights.toBuilder()
        .setName("spark_llama/" + product + "/weights")
        .clearDims()
        .addDims(weights.getDims(1) / SlotAttention.LANES)
        .addDims(NativeOperators.functions().spark_llama_panel_bytes(weights.getDims(0)))
        .build();
  }

  private NodeProto own(NodeProto node, List<String> inputs) {
    return NativeOperators.node(OPERATOR, node.getOutput(0), inputs, threads);
  }
}
