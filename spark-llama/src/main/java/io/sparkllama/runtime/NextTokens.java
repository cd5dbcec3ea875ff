package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

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

  private static final String PREFIX = "spark_llama/next/";

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
            .addNode(OnnxParts.node("Sub", PREFIX + "below", List.of(logits, MOST)))
            .addNode(OnnxParts.node("Exp", PREFIX + "shares", List.of(PREFIX + "below")))
            .addNode(sum(opset(model)))
            .addOutput(OnnxParts.value(TOKENS, DataType.INT64_VALUE, "rows", 1))
            .addOutput(OnnxParts.value(MOST, DataType.FLOAT_VALUE, "rows", 1))
            .addOutput(OnnxParts.value(SUMS, DataType.FLOAT_VALUE, "rows", 1))
            .build();
    return model.toBuilder().setGraph(graph).build();
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(AXES_AS_INPUT);
  }

  private static NodeProto sum(long opset) {
    String shares = PREFIX + "shares";
    return opset >= AXES_AS_INPUT
        ? OnnxParts.node("ReduceSum", SUMS, List.of(shares, ONE))
        : OnnxParts.node(
            "ReduceSum", SUMS, List.of(shares), OnnxParts.attribute("axes", new long[] {1}));
  }
}
