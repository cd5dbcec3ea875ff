package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;
import java.util.Set;

/**
 * Lets a graph tell of each row of logits the most likely token, its logit, and the sum of all
 * exponentials relative to it, so that greedy answers and label scores read a few numbers instead
 * of a vocabulary. The logarithm is not the graph's: ONNX Runtime rounds that of a row by its
 * place.
 */
final class NextTokens {

  /** Output {@code int64[rows, 1]}: the most likely token, the lowest id of equals. */
  static final String TOKENS = "spark_llama/next_tokens";

  /** Output {@code float[rows, 1]}: the largest logit. */
  static final String MOST = "spark_llama/most";

  /** Output {@code float[rows, 1]}: sum of the exponentials of logits less the largest. */
  static final String SUMS = "spark_llama/sums";

  static final String OPERATOR = "NextTokens";

  private static final String PREFIX = "spark_llama/next/";

  private static final String BELOW = PREFIX + "below";
  private static final String SHARES = PREFIX + "shares";

  /** How many tokens, and the axis of a sum. */
  private static final String ONE = PREFIX + "one";

  /** From this version on a sum takes its axes as an input. */
  private static final long AXES_AS_INPUT = 13;

  private NextTokens() {}

  /** The same model with the two outputs. */
  static ModelProto append(ModelProto model) {
    String logits = LogitsSelection.OUTPUT;
    GraphProto graph =
        model.getGraph().toBuilder()
            .addInitializer(OnnxParts.int64s(ONE, 1))
            .addNode(
                OnnxParts.node("TopK", MOST, List.of(logits, ONE)).toBuilder().addOutput(TOKENS))
            .addNode(OnnxParts.node("Sub", BELOW, List.of(logits, MOST)))
            .addNode(OnnxParts.node("Exp", SHARES, List.of(BELOW)))
            .addNode(sum(opset(model)))
            .addOutput(OnnxParts.value(TOKENS, DataType.INT64_VALUE, "rows", 1))
            .addOutput(OnnxParts.value(MOST, DataType.FLOAT_VALUE, "rows", 1))
            .addOutput(OnnxParts.value(SUMS, DataType.FLOAT_VALUE, "rows", 1))
            .build();
    return model.toBuilder().setGraph(graph).build();
  }

  /**
   * The same graph with one operator of our own in place of these steps, which hold two matrices of
   * the size of the logits.
   *
   * @param threads native threads of the session
   */
  static GraphProto fuse(GraphProto graph, int threads) {
    Set<String> replaced = Set.of(MOST, BELOW, SHARES, SUMS);
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .filter(node -> !replaced.contains(node.getOutput(0)))
        .forEach(changed::addNode);
    return changed
        .addNode(
            NativeOperators.node(OPERATOR, TOKENS, List.of(LogitsSelection.OUTPUT), threads)
                .toBuilder()
                .addOutput(MOST)
                .addOutput(SUMS))
        .build();
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(AXES_AS_INPUT);
  }

  private static NodeProto sum(long opset) {
    return opset >= AXES_AS_INPUT
        ? OnnxParts.node("ReduceSum", SUMS, List.of(SHARES, ONE))
        : OnnxParts.node(
            "ReduceSum", SUMS, List.of(SHARES), OnnxParts.attribute("axes", new long[] {1}));
  }
}
