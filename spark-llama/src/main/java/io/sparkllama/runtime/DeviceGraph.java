package io.sparkllama.runtime;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes of a graph with GroupQueryAttention one whose passes hand little over a bus: rows tell
 * their lengths in place of a mask as wide as a slot, and of the logits the most likely tokens come
 * back. Keys and values stay in the number type that the graph has.
 */
final class DeviceGraph {

  /** Input {@code int32[rows]}: index of each row's last position, that of the pass included. */
  static final String LAST_POSITIONS = "spark_llama/last_positions";

  /** Input {@code int32[1]}: positions of the longest row, those of the pass included. */
  static final String TOTAL_LENGTH = "spark_llama/total_length";

  private static final String OPERATOR = "GroupQueryAttention";

  /** How inputs with keys and values begin. */
  static final String CACHE = "past_key_values.";

  private static final int LAST_POSITIONS_INPUT = 5;
  private static final int TOTAL_LENGTH_INPUT = 6;
  private static final String STORED_LOGITS = "spark_llama/stored_logits";

  private static final String FLOAT_LOGITS = "spark_llama/float_logits";

  private static final Set<String> KNOWN_INPUTS =
      Set.of("input_ids", LogitsSelection.INPUT, LAST_POSITIONS, TOTAL_LENGTH);

  private DeviceGraph() {}

  /**
   * @param source where the graph has been read, for messages
   * @param model with chosen logits only
   * @param vocabulary tokens that the model knows
   * @param device where it is going to run
   */
  static ModelProto of(Path source, ModelProto model, int vocabulary, ComputeDevice device) {
    requireAttention(source, model, device.label());
    requireCache(source, model, device);
    ModelProto.Builder changed = model.toBuilder();
    changed.setGraph(LiveNodes.keep(floatLogits(withLengths(model.getGraph()))));
    requireKnownInputs(source, changed.getGraph(), device.label());
    return LikelyTokens.append(changed.build(), vocabulary);
  }

  private static GraphProto withLengths(GraphProto graph) {
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      changed.addNode(
          node.getOpType().equals(OPERATOR)
              ? node.toBuilder()
                  .setInput(LAST_POSITIONS_INPUT, LAST_POSITIONS)
                  .setInput(TOTAL_LENGTH_INPUT, TOTAL_LENGTH)
                  .build()
              : node);
    }
    return changed
        .addInput(OnnxParts.value(LAST_POSITIONS, DataType.INT32_VALUE, "batch_size"))
        .addInput(OnnxParts.value(TOTAL_LENGTH, DataType.INT32_VALUE, 1))
        .build();
  }

  /** Graphs for GPUs may tell logits in 16 bits. */
  private static GraphProto floatLogits(GraphProto graph) {
    int at = output(graph);
    ValueInfoProto logits = graph.getOutput(at);
    if (logits.getType().getTensorType().getElemType() == DataType.FLOAT_VALUE) {
      return graph;
    }
    GraphProto.Builder changed = graph.toBuilder();
    for (NodeProto.Builder node : changed.getNodeBuilderList()) {
      int output = node.getOutputList().indexOf(LogitsSelection.OUTPUT);
      if (output >= 0) {
        node.setOutput(output, STORED_LOGITS);
      }
    }
    changed
        .getOutputBuilder(at)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(DataType.FLOAT_VALUE);
    return changed
        .addNode(
            OnnxParts.node(
                    "Cast",
                    LogitsSelection.OUTPUT,
                    List.of(STORED_LOGITS),
                    OnnxParts.attribute("to", DataType.FLOAT_VALUE))
                .toBuilder()
                .setName(FLOAT_LOGITS))
        .build();
  }

  private static int output(GraphProto graph) {
    for (int i = 0; i < graph.getOutputCount(); i++) {
      if (graph.getOutput(i).getName().equals(LogitsSelection.OUTPUT)) {
        return i;
      }
    }
    throw new IllegalStateException("checked when the package was opened");
  }

  private static void requireAttention(Path source, ModelProto model, String device) {
    boolean groups =
        model.getGraph().getNodeList().stream().anyMatch(node -> node.getOpType().equals(OPERATOR));
    if (!groups) {
      throw new ModelException(
          "Cannot run %s on %s: found no operator %s, expected one a layer. Convert the model with spark-llama convert --device cuda, or use the device cpu."
              .formatted(source, device, OPERATOR));
    }
  }

  private static void requireCache(Path source, ModelProto model, ComputeDevice device) {
    List<CacheType> kernels = kernels(device);
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      int type = input.getType().getTensorType().getElemType();
      if (input.getName().startsWith(CACHE)
          && CacheType.ofElements(type).filter(kernels::contains).isEmpty()) {
        throw new ModelException(
            "Cannot run %s on %s: found %s with ONNX element type %d, expected %s. Convert the model with spark-llama convert --device cuda and a precision other than fp32, or use the device cpu."
                .formatted(
                    source,
                    device.label(),
                    input.getName(),
                    type,
                    kernels.stream()
                        .map(kernel -> kernel.elementType() + " (" + kernel + ")")
                        .collect(Collectors.joining(" or "))));
      }
    }
  }

  /** Types of keys and values for which ONNX Runtime has attention. */
  private static List<CacheType> kernels(ComputeDevice device) {
    return device instanceof ComputeDevice.Cuda
        ? List.of(CacheType.FLOAT16, CacheType.BFLOAT16)
        : List.of(CacheType.FLOAT32, CacheType.FLOAT16);
  }

  private static void requireKnownInputs(Path source, GraphProto graph, String device) {
    for (ValueInfoProto input : graph.getInputList()) {
      String name = input.getName();
      boolean constant =
          graph.getInitializerList().stream().anyMatch(tensor -> tensor.getName().equals(name));
      if (!KNOWN_INPUTS.contains(name) && !name.startsWith(CACHE) && !constant) {
        throw new ModelException(
            "Cannot run %s on %s: found the input %s, expected attention to be told lengths alone. Convert the model with spark-llama convert --device cuda, or use the device cpu."
                .formatted(source, device, name));
      }
    }
  }
}
