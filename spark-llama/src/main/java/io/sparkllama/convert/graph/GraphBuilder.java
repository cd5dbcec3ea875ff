package io.sparkllama.convert.graph;

import com.google.protobuf.ByteString;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects nodes, small constants and references to large ones. */
final class GraphBuilder {

  private static final String MICROSOFT = "com.microsoft";

  private final NumberType numbers;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("llama");
  private final Map<String, String> constants = new HashMap<>();

  /**
   * @param numbers type of hidden states, keys and values
   */
  GraphBuilder(NumberType numbers) {
    this.numbers = numbers;
  }

  NumberType numbers() {
    return numbers;
  }

  /** Turns values of a type into the graph's own; nothing is added where they are. */
  String cast(String name, String input, NumberType from) {
    return cast(name, input, from, numbers);
  }

  /** Turns values of the graph's own type into 32-bit floats; nothing is added where they are. */
  String floats(String name, String input) {
    return cast(name, input, numbers, NumberType.FLOAT32);
  }

  private String cast(String name, String input, NumberType from, NumberType to) {
    return from == to
        ? input
        : node(name, "Cast", List.of(input), OnnxParts.attribute("to", to.id()));
  }

  GraphProto build() {
    return graph.build();
  }

  /** Adds a standard operator with one output. */
  String node(String name, String operator, List<String> inputs, AttributeProto... attributes) {
    return add("", name, operator, inputs, List.of(name + "/out"), attributes).get(0);
  }

  /** Adds an operator of ONNX Runtime's own domain with one output. */
  String contrib(String name, String operator, List<String> inputs, AttributeProto... attributes) {
    return add(MICROSOFT, name, operator, inputs, List.of(name + "/out"), attributes).get(0);
  }

  /** Adds an operator of ONNX Runtime's own domain; an empty output name leaves that output out. */
  List<String> contrib(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    return add(MICROSOFT, name, operator, inputs, outputs, attributes);
  }

  private List<String> add(
      String domain,
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return outputs;
  }

  String initializer(TensorProto tensor) {
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  String int64s(long... values) {
    return constant(OnnxParts.int64s("int64/" + Arrays.toString(values), values));
  }

  String int64(long value) {
    return constant(OnnxParts.int64("int64/" + value, value));
  }

  /** A number of the graph's own type. */
  String number(float value) {
    ByteBuffer bytes = ExternalData.buffer(numbers.bytes());
    numbers.put(bytes, value);
    return constant("number/" + value, numbers.id(), bytes);
  }

  String uint8(int value) {
    return constant(
        "uint8/" + value, DataType.UINT8_VALUE, ExternalData.buffer(1).put(0, (byte) value));
  }

  @SuppressWarnings("ByteBufferBackingArray") // comes from ExternalData.buffer, whole
  private String constant(String name, int type, ByteBuffer bytes) {
    return constant(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(ByteString.copyFrom(bytes.array()))
            .build());
  }

  /** Constants of the same name are the same. */
  private String constant(TensorProto tensor) {
    return constants.computeIfAbsent(tensor.getName(), name -> initializer(tensor));
  }

  /** Gives a node's output the name under which callers ask for it. */
  void publish(String output, String name) {
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      int at = graph.getNode(i).getOutputList().indexOf(output);
      if (at >= 0) {
        graph.setNode(i, graph.getNode(i).toBuilder().setOutput(at, name));
        return;
      }
    }
    throw new IllegalStateException("no node writes " + output);
  }

  void input(String name, int elementType, Object... dimensions) {
    graph.addInput(OnnxParts.value(name, elementType, dimensions));
  }

  /** A matrix that a run may give; without it one side is 0 long: the side that is a name. */
  void optionalInput(String name, Object rows, Object columns) {
    input(name, numbers.id(), rows, columns);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(numbers.id())
            .addDims(rows instanceof Integer size ? size : 0)
            .addDims(columns instanceof Integer size ? size : 0)
            .setRawData(ByteString.EMPTY));
  }

  void output(String name, int elementType, Object... dimensions) {
    graph.addOutput(OnnxParts.value(name, elementType, dimensions));
  }
}
