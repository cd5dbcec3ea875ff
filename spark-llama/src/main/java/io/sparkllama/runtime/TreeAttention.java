package io.sparkllama.runtime;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Gives each attention operator of a graph a second form for trees of tokens, which takes positions
 * and a bias from inputs. A bias takes the operator off its faster path, so an input tells for each
 * pass which form runs.
 */
final class TreeAttention {

  /** Input {@code bool}: whether the pass reads a tree. */
  static final String TREE = "spark_llama/tree";

  /** Input {@code int64[1, length]}: the position of each token; any shape when not a tree. */
  static final String POSITIONS = "spark_llama/positions";

  /**
   * Input {@code float[1, 1, length, past + length]}: 0 where a token may look and very negative
   * elsewhere; any shape when not a tree.
   */
  static final String BIAS = "spark_llama/bias";

  private static final String OPERATOR = "GroupQueryAttention";
  private static final int POSITIONS_INPUT = 9;

  private TreeAttention() {}

  /** The same model with the second form; as it is where its attention cannot have one. */
  static ModelProto insert(ModelProto model) {
    if (!possible(model.getGraph())) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getOpType().equals(OPERATOR)) {
        graph.setNode(i, either(graph.getNode(i)));
      }
    }
    graph.addInput(OnnxParts.value(TREE, DataType.BOOL_VALUE));
    graph.addInput(OnnxParts.value(POSITIONS, DataType.INT64_VALUE, "one", "tree"));
    graph.addInput(OnnxParts.value(BIAS, DataType.FLOAT_VALUE, 1, 1, "tree", "width"));
    return model.toBuilder().setGraph(graph).build();
  }

  /** The operator must count positions itself, and have no bias of its own. */
  private static boolean possible(GraphProto graph) {
    List<NodeProto> operators =
        graph.getNodeList().stream().filter(node -> node.getOpType().equals(OPERATOR)).toList();
    return !operators.isEmpty() && operators.stream().allMatch(TreeAttention::plainRotary);
  }

  private static boolean plainRotary(NodeProto node) {
    boolean rotates =
        node.getAttributeList().stream()
            .anyMatch(a -> a.getName().equals("do_rotary") && a.getI() == 1);
    return rotates && node.getInputList().stream().skip(POSITIONS_INPUT).allMatch(String::isEmpty);
  }

  private static NodeProto either(NodeProto node) {
    NodeProto.Builder tree = node.toBuilder();
    while (tree.getInputCount() < POSITIONS_INPUT + 2) {
      tree.addInput("");
    }
    tree.setInput(POSITIONS_INPUT, POSITIONS).setInput(POSITIONS_INPUT + 1, BIAS);
    return NodeProto.newBuilder()
        .setOpType("If")
        .setName(node.getName() + "/either")
        .addInput(TREE)
        .addAllOutput(node.getOutputList())
        .addAttribute(branch("then_branch", tree.build()))
        .addAttribute(branch("else_branch", node))
        .build();
  }

  private static AttributeProto branch(String name, NodeProto node) {
    NodeProto.Builder inner = node.toBuilder().setName(node.getName() + "/" + name).clearOutput();
    GraphProto.Builder graph = GraphProto.newBuilder().setName(inner.getName());
    for (String output : node.getOutputList()) {
      String own = output + "/" + name;
      inner.addOutput(own);
      graph.addOutput(OnnxParts.floats(own));
    }
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph.addNode(inner))
        .build();
  }
}
