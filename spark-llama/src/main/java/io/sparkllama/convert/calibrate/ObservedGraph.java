package io.sparkllama.convert.calibrate;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An fp32 graph that tells the correlations of its products' inputs instead of logits.
 *
 * @param model the graph; outputs are {@code float[groups, size, size]} by the input's name
 * @param groups shape of each output, {@code [groups, size]}, by the input's name
 */
public record ObservedGraph(ModelProto model, Map<String, Groups> groups) {

  private static final String HEAD = "lm_head";

  /** How an input is cut into groups. */
  public record Groups(int count, int size) {}

  /**
   * @param model an fp32 graph
   * @param block values of a block of the weights that are to be rounded
   */
  public static ObservedGraph of(ModelProto model, int block) {
    GraphProto graph = model.getGraph();
    Map<String, Integer> columns = new HashMap<>();
    GraphProto.Builder observed = graph.toBuilder().clearNode().clearOutput().clearInitializer();
    for (TensorProto weight : graph.getInitializerList()) {
      if (!weight.getName().startsWith(HEAD)) {
        observed.addInitializer(weight);
      }
      columns.put(weight.getName(), weight.getDimsCount() == 0 ? 0 : (int) weight.getDims(0));
    }
    Map<String, Groups> groups = new LinkedHashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getName().equals(HEAD)) {
        continue;
      }
      observed.addNode(node);
      if (node.getOpType().equals("MatMul") && !groups.containsKey(node.getInput(0))) {
        int inputs = columns.get(node.getInput(1));
        OptionalInt size = InputGroups.size(inputs, block);
        if (size.isPresent()) {
          Groups cut = new Groups(inputs / size.getAsInt(), size.getAsInt());
          observe(observed, node.getInput(0), cut);
          groups.put(node.getInput(0), cut);
        }
      }
    }
    return new ObservedGraph(model.toBuilder().setGraph(observed).build(), groups);
  }

  /** Name of the output that tells of an input. */
  public static String output(String input) {
    return "statistics/" + input;
  }

  private static void observe(GraphProto.Builder graph, String input, Groups cut) {
    String name = output(input);
    graph.addInitializer(OnnxParts.int64s(name + "/cut", -1, cut.count, cut.size));
    graph.addNode(OnnxParts.node("Reshape", name + "/grouped", List.of(input, name + "/cut")));
    graph.addNode(transpose(name + "/left", name + "/grouped", 1, 2, 0));
    graph.addNode(transpose(name + "/right", name + "/grouped", 1, 0, 2));
    graph.addNode(OnnxParts.node("MatMul", name, List.of(name + "/left", name + "/right")));
    graph.addOutput(OnnxParts.floats(name));
  }

  private static NodeProto transpose(String output, String input, long... order) {
    return OnnxParts.node("Transpose", output, List.of(input), OnnxParts.attribute("perm", order));
  }
}
