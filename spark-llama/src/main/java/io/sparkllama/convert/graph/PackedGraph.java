package io.sparkllama.convert.graph;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;

/**
 * A serving graph for several short rows in one sequence: {@code position_ids int64[1, length]}
 * counts each row's positions from its own start, and {@code attention_bias [1, 1, length, total]}
 * is 0 where a token may look and very negative elsewhere.
 *
 * <p>It is a graph of its own over the same file of weights, because the bias takes the attention
 * operator off its faster path: it pays for rows of up to some 32 tokens.
 */
public final class PackedGraph {

  /** Name of its file beside the serving graph. */
  public static final String FILE = "model_packed.onnx";

  public static final String POSITIONS = "position_ids";
  public static final String BIAS = "attention_bias";

  private static final int POSITIONS_INPUT = 9;

  private PackedGraph() {}

  /**
   * @param numbers type of the graph's hidden states
   */
  public static ModelProto of(ModelProto serving, NumberType numbers) {
    GraphProto.Builder graph = serving.getGraph().toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getOpType().equals("GroupQueryAttention")) {
        graph.setNode(i, packed(graph.getNode(i)));
      }
    }
    graph.addInput(
        OnnxParts.value(POSITIONS, DataType.INT64_VALUE, "batch_size", "sequence_length"));
    graph.addInput(
        OnnxParts.value(BIAS, numbers.id(), 1, 1, "sequence_length", "total_sequence_length"));
    return serving.toBuilder().setGraph(graph).build();
  }

  private static NodeProto packed(NodeProto attention) {
    NodeProto.Builder node = attention.toBuilder();
    while (node.getInputCount() < POSITIONS_INPUT) {
      node.addInput("");
    }
    return node.addInput(POSITIONS).addInput(BIAS).build();
  }
}
