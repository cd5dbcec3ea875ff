package io.sparkllama.model;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells how a graph stores the weight of each product and of the embedding. */
final class StoredWeights {

  private static final String SCALES = "/scales";
  private static final Set<String> WIDENING = Set.of("Cast", "DequantizeLinear");

  private final Map<String, TensorProto> tensors;

  private StoredWeights(Map<String, TensorProto> tensors) {
    this.tensors = tensors;
  }

  static List<PackageContents.Weight> of(GraphProto graph) {
    StoredWeights weights = new StoredWeights(tensors(graph));
    return graph.getNodeList().stream()
        .flatMap(node -> weights.weight(node).stream())
        .filter(weight -> !weight.name().endsWith(SCALES))
        .distinct()
        .toList();
  }

  /** Initializers by their names, and by what they are called once they are widened. */
  private static Map<String, TensorProto> tensors(GraphProto graph) {
    Map<String, TensorProto> tensors = new HashMap<>();
    graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      if (WIDENING.contains(node.getOpType()) && tensors.containsKey(node.getInput(0))) {
        tensors.put(node.getOutput(0), tensors.get(node.getInput(0)));
      }
    }
    return tensors;
  }

  private Optional<PackageContents.Weight> weight(NodeProto node) {
    return switch (node.getOpType()) {
      case "MatMulNBits" ->
          stored(node, 1, "int%d in blocks of %d".formatted(integer(node, "bits", 4), block(node)));
      case "MatMulIntegerToFloat", "MatMulInteger" -> stored(node, 1, "int8 by output");
      case "MatMul", "Gemm", "GatherBlockQuantized" -> stored(node, weightInput(node), "");
      case "Gather" -> stored(node, 0, "");
      default -> Optional.empty();
    };
  }

  private static int weightInput(NodeProto node) {
    return node.getOpType().equals("GatherBlockQuantized") ? 0 : 1;
  }

  private static long block(NodeProto node) {
    return integer(node, "block_size", 32);
  }

  private static long integer(NodeProto node, String name, long otherwise) {
    return OnnxParts.attribute(node, name).map(AttributeProto::getI).orElse(otherwise);
  }

  /** Small constants, such as the axes of a shape, are no weights. */
  private Optional<PackageContents.Weight> stored(NodeProto node, int input, String kind) {
    if (node.getInputCount() <= input) {
      return Optional.empty();
    }
    TensorProto tensor = tensors.get(node.getInput(input));
    if (tensor == null || tensor.getDimsCount() < 2) {
      return Optional.empty();
    }
    long bytes = TensorSize.of(tensor).orElse(0);
    return Optional.of(
        new PackageContents.Weight(
            tensor.getName(), kind.isEmpty() ? type(tensor.getDataType()) : kind, bytes));
  }

  private static String type(int elementType) {
    return switch (elementType) {
      case DataType.FLOAT_VALUE -> "fp32";
      case DataType.FLOAT16_VALUE -> "fp16";
      case DataType.BFLOAT16_VALUE -> "bf16";
      case DataType.UINT8_VALUE -> "int8 in blocks of 32";
      case DataType.INT8_VALUE -> "int8";
      case DataType.UINT4_VALUE, DataType.INT4_VALUE -> "int4";
      default -> "element type " + elementType;
    };
  }
}
