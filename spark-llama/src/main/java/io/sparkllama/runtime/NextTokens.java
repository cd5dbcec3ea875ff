package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Lets a graph tell of each row of logits the most likely token and the logarithm of the sum of
 * exponentials, so that greedy answers and label scores read a few numbers instead of a vocabulary.
 */
final class NextTokens {

  /** Output {@code int64[rows, 1]}: the most likely token, the lowest id of equals. */
  static final String TOKENS = "spark_llama/next_tokens";

  /** Output {@code float[rows, 1]}: what logits lose to become logarithms of probabilities. */
  static final String LOG_SUMS = "spark_llama/log_sums";

  private static final String PREFIX = "spark_llama/next/";

  /** From this version on a sum takes its axes as an input. */
  private static final long AXES_AS_INPUT = 13;

  private NextTokens() {}

  /** The same model with the two outputs. */
  static ModelProto append(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.addInitializer(OnnxParts.int64s(PREFIX + "one", 1));
    add(
        graph,
        "TopK",
        List.of(LogitsSelection.OUTPUT, PREFIX + "one"),
        List.of(PREFIX + "most", TOKENS));
    add(graph, "Sub", List.of(LogitsSelection.OUTPUT, PREFIX + "most"), "below");
    add(graph, "Exp", List.of(PREFIX + "below"), "shares");
    addSum(graph, opset(model));
    add(graph, "Log", List.of(PREFIX + "sum"), "log");
    add(graph, "Add", List.of(PREFIX + "log", PREFIX + "most"), List.of(LOG_SUMS));
    graph.addOutput(OnnxParts.value(TOKENS, DataType.INT64_VALUE, "rows", 1));
    graph.addOutput(OnnxParts.value(LOG_SUMS, DataType.FLOAT_VALUE, "rows", 1));
    return model.toBuilder().setGraph(graph).build();
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(AXES_AS_INPUT);
  }

  private static void addSum(GraphProto.Builder graph, long opset) {
    NodeProto.Builder sum =
        NodeProto.newBuilder()
            .setOpType("ReduceSum")
            .setName(PREFIX + "sum")
            .addInput(PREFIX + "shares")
            .addOutput(PREFIX + "sum");
    if (opset >= AXES_AS_INPUT) {
      sum.addInput(PREFIX + "one");
    } else {
      sum.addAttribute(OnnxParts.attribute("axes", new long[] {1}));
    }
    graph.addNode(sum);
  }

  private static void add(
      GraphProto.Builder graph, String operator, List<String> inputs, String output) {
    add(graph, operator, inputs, List.of(PREFIX + output));
  }

  private static void add(
      GraphProto.Builder graph, String operator, List<String> inputs, List<String> outputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(outputs.get(outputs.size() - 1) + "/" + operator)
            .addAllInput(inputs)
            .addAllOutput(outputs));
  }
}
