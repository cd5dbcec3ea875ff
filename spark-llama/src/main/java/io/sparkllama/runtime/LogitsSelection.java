package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes a graph compute logits of chosen positions only.
 *
 * <p>The head is a fifth of a small model's work for one token, and a prompt needs it once. Graphs
 * of other tools compute it for every position; here the hidden states are gathered before it.
 */
final class LogitsSelection {

  /** Input {@code int64[rows]}: indices into the positions of the flattened batch. */
  static final String INPUT = "logits_indices";

  static final String OUTPUT = "logits";

  /** By this input, which some exports have, a graph is asked how many logits to keep. */
  static final String KEEP_INPUT = "num_logits_to_keep";

  private static final String PREFIX = "spark_llama/";
  private static final Set<String> PRODUCTS = Set.of("MatMul", "MatMulNBits");

  private LogitsSelection() {}

  /**
   * The same model with the input; a model that has it already is returned as it is.
   *
   * @param source where the graph has been read, for messages
   */
  static ModelProto insert(Path source, ModelProto model, int hiddenSize, int vocabularySize) {
    GraphProto graph = model.getGraph();
    if (graph.getInputList().stream().anyMatch(input -> input.getName().equals(INPUT))) {
      return model;
    }
    // What the graph says of the shapes behind the head is no longer so.
    GraphProto.Builder changed = graph.toBuilder().clearValueInfo();
    PrunedHead pruned = new PrunedHead(source, graph);
    OptionalInt product = product(graph);
    if (product.isPresent()) {
      selectBefore(changed, product.getAsInt(), pruned, hiddenSize);
    } else {
      pruned.requireAll(OUTPUT);
      selectAfter(changed, producer(graph, OUTPUT).orElseThrow(), vocabularySize);
    }
    keepAllLogits(changed);
    declare(changed, vocabularySize);
    return model.toBuilder().setGraph(changed).build();
  }

  /** The head's product, also where its result is widened. */
  private static OptionalInt product(GraphProto graph) {
    OptionalInt at = producer(graph, OUTPUT);
    while (at.isPresent() && graph.getNode(at.getAsInt()).getOpType().equals("Cast")) {
      at = producer(graph, graph.getNode(at.getAsInt()).getInput(0));
    }
    return at.isPresent() && PRODUCTS.contains(graph.getNode(at.getAsInt()).getOpType())
        ? at
        : OptionalInt.empty();
  }

  private static OptionalInt producer(GraphProto graph, String value) {
    return IntStream.range(0, graph.getNodeCount())
        .filter(i -> graph.getNode(i).getOutputList().contains(value))
        .findFirst();
  }

  private static void selectBefore(
      GraphProto.Builder graph, int head, PrunedHead pruned, int hiddenSize) {
    NodeProto.Builder product = graph.getNode(head).toBuilder();
    String hidden = pruned.allPositions(product.getInput(0));
    product.setInput(0, PREFIX + "selected");
    graph.setNode(head, product);
    select(graph, head, hidden, hiddenSize, PREFIX + "selected");
  }

  private static void selectAfter(GraphProto.Builder graph, int head, int vocabularySize) {
    NodeProto.Builder last = graph.getNode(head).toBuilder();
    last.setOutput(last.getOutputList().indexOf(OUTPUT), PREFIX + "all_logits");
    graph.setNode(head, last);
    select(graph, head + 1, PREFIX + "all_logits", vocabularySize, OUTPUT);
  }

  private static void select(
      GraphProto.Builder graph, int at, String source, int width, String target) {
    graph.addInitializer(OnnxParts.int64s(PREFIX + "shape", -1, width));
    graph.addNode(
        at, OnnxParts.node("Reshape", PREFIX + "flat", List.of(source, PREFIX + "shape")));
    graph.addNode(
        at + 1,
        OnnxParts.node(
                "Gather", target, List.of(PREFIX + "flat", INPUT), OnnxParts.attribute("axis", 0))
            .toBuilder()
            .setName(PREFIX + "select"));
  }

  /** 0 means all, and all is what is gathered from. */
  private static void keepAllLogits(GraphProto.Builder graph) {
    for (int i = 0; i < graph.getInputCount(); i++) {
      if (graph.getInput(i).getName().equals(KEEP_INPUT)) {
        graph.removeInput(i);
        graph.addInitializer(OnnxParts.int64(KEEP_INPUT, 0));
        return;
      }
    }
  }

  private static void declare(GraphProto.Builder graph, int vocabularySize) {
    graph.addInput(OnnxParts.value(INPUT, DataType.INT64_VALUE, "rows"));
    for (int i = 0; i < graph.getOutputCount(); i++) {
      ValueInfoProto output = graph.getOutput(i);
      if (output.getName().equals(OUTPUT)) {
        int type = output.getType().getTensorType().getElemType();
        graph.setOutput(i, OnnxParts.value(OUTPUT, type, "rows", vocabularySize));
      }
    }
  }
}
