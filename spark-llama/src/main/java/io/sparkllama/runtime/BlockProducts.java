package io.sparkllama.runtime;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts products of our own in the place of MatMulNBits with weights of 8 bits that may round their
 * inputs to 8 bits. Inputs are rounded by the same rule, and blocks are added up one after the
 * other, so that results differ in the last bits of a float.
 */
final class BlockProducts {

  private static final String REPLACED = "MatMulNBits";
  private static final int BITS = 8;

  /** The level of accuracy that allows inputs of 8 bits. */
  private static final int ROUNDED_INPUTS = 4;

  private final GraphIndex index;
  private final int threads;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Set<String> quantized = new LinkedHashSet<>();
  private final Set<String> packed = new LinkedHashSet<>();
  private final List<Packing> packings = new ArrayList<>();

  private BlockProducts(GraphIndex index, int threads) {
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
    BlockProducts products = new BlockProducts(new GraphIndex(graph), threads);
    graph.getNodeList().forEach(products::add);
    return serving.with(products.nodes, products.packings);
  }

  private void add(NodeProto node) {
    Optional<Packing.OfBlocks> packing = replaceable(node) ? packing(node) : Optional.empty();
    if (packing.isEmpty()) {
      nodes.add(node);
      return;
    }
    if (packed.add(packing.get().packed().getName())) {
      packings.add(packing.get());
    }
    String levels = quantized(node.getInput(0), packing.get().block());
    nodes.add(
        NativeOperators.node(
            "BlockProduct",
            node.getOutput(0),
            List.of(levels, packing.get().packed().getName(), levels + "/scales"),
            threads));
  }

  /** Products of the same input share its levels. */
  private String quantized(String input, long block) {
    String levels = "spark_llama/" + input + "/blocks_of_" + block;
    if (quantized.add(levels)) {
      nodes.add(TokenQuantization.node(levels, levels + "/scales", input, block, threads));
    }
    return levels;
  }

  /** Without zero points, order of inputs or bias of its own. */
  private static boolean replaceable(NodeProto node) {
    return node.getOpType().equals(REPLACED)
        && node.getInputList().stream().skip(3).allMatch(String::isEmpty)
        && number(node, "bits") == BITS
        && number(node, "accuracy_level") == ROUNDED_INPUTS
        && number(node, "N") % SlotAttention.LANES == 0;
  }

  private static long number(NodeProto node, String name) {
    return OnnxParts.attribute(node, name).map(AttributeProto::getI).orElse(0L);
  }

  private Optional<Packing.OfBlocks> packing(NodeProto node) {
    Optional<TensorProto> weights = index.constant(node.getInput(1)).filter(w -> fits(w, node));
    Optional<TensorProto> scales =
        index
            .constant(node.getInput(2))
            .or(
                () ->
                    index
                        .producer(node.getInput(2), "Cast")
                        .flatMap(widened -> index.constant(widened.getInput(0))))
            .filter(BlockProducts::isFloat);
    return weights.isPresent() && scales.isPresent()
        ? Optional.of(new Packing.OfBlocks(packed(weights.get()), weights.get(), scales.get()))
        : Optional.empty();
  }

  private static boolean fits(TensorProto weights, NodeProto node) {
    return weights.getDataType() == DataType.UINT8_VALUE
        && weights.getExternalDataCount() > 0
        && weights.getDimsCount() == 3
        && weights.getDims(1) * weights.getDims(2) == number(node, "K")
        && weights.getDims(2) % TokenProducts.TOGETHER == 0;
  }

  private static boolean isFloat(TensorProto scales) {
    return scales.getDataType() == DataType.FLOAT_VALUE
        || scales.getDataType() == DataType.FLOAT16_VALUE;
  }

  private static TensorProto packed(TensorProto weights) {
    long bytes = NativeOperators.functions().spark_llama_panel_bytes(weights.getDims(2));
    return weights.toBuilder()
        .setName("spark_llama/" + weights.getName() + "/panels")
        .setDataType(DataType.INT8_VALUE)
        .clearDims()
        .addDims(weights.getDims(0) / SlotAttention.LANES)
        .addDims(weights.getDims(1) * bytes)
        .build();
  }
}
