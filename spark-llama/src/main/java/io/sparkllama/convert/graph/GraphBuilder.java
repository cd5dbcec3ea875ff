package io.sparkllama.convert.graph;

import com.google.protobuf.ByteString;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.TensorShapeProto;
import io.sparkllama.onnx.TypeProto;
import io.sparkllama.onnx.ValueInfoProto;
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
    return from == numbers
        ? input
        : node(name, "Cast", List.of(input), attribute("to", numbers.id()));
  }

  /** Turns values of the graph's own type into 32-bit floats; nothing is added where they are. */
  String floats(String name, String input) {
    return numbers == NumberType.FLOAT32
        ? input
        : node(name, "Cast", List.of(input), attribute("to", DataType.FLOAT_VALUE));
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
    ByteBuffer bytes = ExternalData.buffer(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    String name = "int64/" + Arrays.toString(values);
    return constant(name, DataType.INT64_VALUE, bytes, values.length);
  }

  String int64(long value) {
    return constant(
        "int64/" + value, DataType.INT64_VALUE, ExternalData.buffer(Long.BYTES).putLong(0, value));
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
  private String constant(String name, int type, ByteBuffer bytes, long... shape) {
    return constants.computeIfAbsent(
        name,
        key -> {
          TensorProto.Builder tensor =
              TensorProto.newBuilder()
                  .setName(key)
                  .setDataType(type)
                  .setRawData(ByteString.copyFrom(bytes.array()));
          for (long size : shape) {
            tensor.addDims(size);
          }
          return initializer(tensor.build());
        });
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
    graph.addInput(value(name, elementType, dimensions));
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
    graph.addOutput(value(name, elementType, dimensions));
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** Dimensions are names or whole numbers. */
  static ValueInfoProto value(String name, int elementType, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof String symbol) {
        shape.addDim(size.setDimParam(symbol));
      } else {
        shape.addDim(size.setDimValue((Integer) dimension));
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(shape)))
        .build();
  }
}
