package io.sparkllama.model;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells how a graph stores its weights. */
final class GraphPrecision {

  private GraphPrecision() {}

  static String of(GraphProto graph) {
    if (!ofType(graph, "MatMulIntegerToFloat").isEmpty()
        || !ofType(graph, "MatMulInteger").isEmpty()
        || !ofType(graph, "DynamicQuantizeMatMul").isEmpty()) {
      return "w8a8";
    }
    List<NodeProto> products = ofType(graph, "MatMulNBits");
    if (!products.isEmpty()) {
      return "int" + products.stream().mapToLong(GraphPrecision::bits).min().orElseThrow();
    }
    OptionalInt levels = dequantized(graph).mapToInt(GraphPrecision::levelBits).min();
    if (levels.isPresent()) {
      return "int" + levels.getAsInt();
    }
    return largestWeight(graph).map(GraphPrecision::typeName).orElse("unknown");
  }

  private static List<NodeProto> ofType(GraphProto graph, String type) {
    return graph.getNodeList().stream().filter(node -> node.getOpType().equals(type)).toList();
  }

  private static long bits(NodeProto node) {
    return OnnxParts.attribute(node, "bits").map(AttributeProto::getI).orElse(4L);
  }

  /** Weights that the graph makes numbers of before it multiplies with them. */
  private static Stream<TensorProto> dequantized(GraphProto graph) {
    Set<String> levels =
        ofType(graph, "DequantizeLinear").stream()
            .map(node -> node.getInput(0))
            .collect(Collectors.toSet());
    return graph.getInitializerList().stream()
        .filter(tensor -> levels.contains(tensor.getName()) && tensor.getDimsCount() == 2);
  }

  private static int levelBits(TensorProto levels) {
    return switch (levels.getDataType()) {
      case TensorProto.DataType.UINT4_VALUE, TensorProto.DataType.INT4_VALUE -> 4;
      default -> 8;
    };
  }

  private static Optional<TensorProto> largestWeight(GraphProto graph) {
    return graph.getInitializerList().stream()
        .max(Comparator.comparingLong(tensor -> TensorSize.of(tensor).orElse(0)));
  }

  private static String typeName(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE -> "fp32";
      case TensorProto.DataType.FLOAT16_VALUE -> "fp16";
      case TensorProto.DataType.BFLOAT16_VALUE -> "bf16";
      default -> "unknown";
    };
  }
}
