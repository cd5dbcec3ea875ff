package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Lets a graph tell of each row of logits the most likely tokens and the sum of all exponentials
 * relative to the largest, so that a row's next token is chosen, and labels are weighed, without
 * the vocabulary's logits. Standard operators, which every device has.
 */
final class LikelyTokens {

  /** Tokens that are told of each row, or as many as a vocabulary has. */
  static final int MOST = 256;

  /** Output {@code int64[rows, n]}: the tokens, most likely first; the order of equals is open. */
  static final String TOKENS = "spark_llama/candidates";

  /** Output {@code float[rows, n]}: their logits. */
  static final String SCORES = "spark_llama/candidate_scores";

  private static final String PREFIX = "spark_llama/candidates/";
  private static final String LARGEST = PREFIX + "largest";
  private static final String COUNT = PREFIX + "count";
  private static final String FIRST = PREFIX + "first";
  private static final String AXIS = PREFIX + "axis";
  private static final String BELOW = PREFIX + "below";
  private static final String SHARES = PREFIX + "shares";

  private LikelyTokens() {}

  /** How many tokens are told of a row. */
  static int count(int vocabulary) {
    return Math.min(MOST, vocabulary);
  }

  /** The same model with the outputs, and {@link NextTokens#SUMS}. */
  static ModelProto append(ModelProto model, int vocabulary) {
    int count = count(vocabulary);
    GraphProto.Builder graph =
        model.getGraph().toBuilder()
            .addInitializer(OnnxParts.int64s(COUNT, count))
            .addInitializer(OnnxParts.int64s(FIRST, 0))
            .addInitializer(OnnxParts.int64s(AXIS, 1));
    int parts = LikelyParts.count(vocabulary, count);
    if (parts > 1) {
      LikelyParts.append(graph, vocabulary, parts, COUNT);
    } else {
      graph.addNode(topK(LogitsSelection.OUTPUT, COUNT, SCORES, TOKENS));
    }
    graph
        .addNode(
            OnnxParts.node(
                "Gather", LARGEST, List.of(SCORES, FIRST), OnnxParts.attribute("axis", 1)))
        .addNode(OnnxParts.node("Sub", BELOW, List.of(LogitsSelection.OUTPUT, LARGEST)))
        .addNode(OnnxParts.node("Exp", SHARES, List.of(BELOW)))
        .addNode(OnnxParts.node("ReduceSum", NextTokens.SUMS, List.of(SHARES, AXIS)))
        .addOutput(OnnxParts.value(TOKENS, DataType.INT64_VALUE, "rows", count))
        .addOutput(OnnxParts.value(SCORES, DataType.FLOAT_VALUE, "rows", count))
        .addOutput(OnnxParts.value(NextTokens.SUMS, DataType.FLOAT_VALUE, "rows", 1));
    return model.toBuilder().setGraph(graph).build();
  }

  /**
   * The largest of each row.
   *
   * @param places name of the output that tells where they are
   */
  static NodeProto topK(String scores, String count, String largest, String places) {
    return OnnxParts.node("TopK", largest, List.of(scores, count)).toBuilder()
        .addOutput(places)
        .build();
  }
}
