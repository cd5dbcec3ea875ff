package io.sparkllama.runtime;

import com.google.protobuf.ByteString;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.TensorShapeProto;
import io.sparkllama.onnx.TypeProto;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

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

  private static final String KEEP_INPUT = "num_logits_to_keep";
  private static final String PREFIX = "spark_llama/";
  private static final Set<String> PRODUCTS = Set.of("MatMul", "MatMulNBits");

  private LogitsSelection() {}

  /** The same model with the input; a model that has it already is returned as it is. */
  static ModelProto insert(ModelProto model, int hiddenSize, int vocabularySize) {
    GraphProto graph = model.getGraph();
    if (graph.getInputList().stream().anyMatch(input -> input.getName().equals(INPUT))) {
      return model;
    }
    GraphProto.Builder changed = graph.toBuilder();
    int head = producer(changed);
    if (PRODUCTS.contains(changed.getNode(head).getOpType())) {
      selectBefore(changed, head, hiddenSize);
    } else {
      selectAfter(changed, head, vocabularySize);
    }
    keepAllLogits(changed);
    declare(changed, vocabularySize);
    return model.toBuilder().setGraph(changed).build();
  }

  private static int producer(GraphProto.Builder graph) {
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      if (graph.getNode(i).getOutputList().contains(OUTPUT)) {
        return i;
      }
    }
    throw new IllegalStateException("checked when the package was opened");
  }

  private static void selectBefore(GraphProto.Builder graph, int head, int hiddenSize) {
    NodeProto.Builder product = graph.getNode(head).toBuilder();
    String hidden = product.getInput(0);
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
    graph.addInitializer(int64(PREFIX + "shape", new long[] {2}, -1, width));
    graph.addNode(
        at,
        NodeProto.newBuilder()
            .setOpType("Reshape")
            .setName(PREFIX + "flatten")
            .addInput(source)
            .addInput(PREFIX + "shape")
            .addOutput(PREFIX + "flat"));
    graph.addNode(
        at + 1,
        NodeProto.newBuilder()
            .setOpType("Gather")
            .setName(PREFIX + "select")
            .addInput(PREFIX + "flat")
            .addInput(INPUT)
            .addOutput(target)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(0)));
  }

  /** Some exports ask how many logits to keep; 0 means all, and all is what is gathered from. */
  private static void keepAllLogits(GraphProto.Builder graph) {
    for (int i = 0; i < graph.getInputCount(); i++) {
      if (graph.getInput(i).getName().equals(KEEP_INPUT)) {
        graph.removeInput(i);
        graph.addInitializer(int64(KEEP_INPUT, new long[0], 0));
        return;
      }
    }
  }

  private static void declare(GraphProto.Builder graph, int vocabularySize) {
    graph.addInput(value(INPUT, DataType.INT64_VALUE, dimension("rows")));
    for (int i = 0; i < graph.getOutputCount(); i++) {
      ValueInfoProto output = graph.getOutput(i);
      if (output.getName().equals(OUTPUT)) {
        int type = output.getType().getTensorType().getElemType();
        TensorShapeProto.Dimension vocabulary =
            TensorShapeProto.Dimension.newBuilder().setDimValue(vocabularySize).build();
        graph.setOutput(i, value(OUTPUT, type, dimension("rows"), vocabulary));
      }
    }
  }

  private static TensorShapeProto.Dimension dimension(String name) {
    return TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
  }

  private static ValueInfoProto value(
      String name, int elementType, TensorShapeProto.Dimension... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (TensorShapeProto.Dimension dimension : dimensions) {
      shape.addDim(dimension);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(shape)))
        .build();
  }

  private static TensorProto int64(String name, long[] dimensions, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.INT64_VALUE);
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.array())).build();
  }
}
