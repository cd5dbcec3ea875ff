package io.sparkllama.runtime;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who makes and who reads the values of a graph. */
final class GraphIndex {

  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  GraphIndex(GraphProto graph) {
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      node.getInputList().forEach(input -> readersOf(input).add(node));
    }
    // What leaves the graph has a reader that no rewriting knows.
    for (ValueInfoProto output : graph.getOutputList()) {
      readersOf(output.getName()).add(NodeProto.getDefaultInstance());
    }
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    // A constant that is also an input may be another in each pass.
    graph.getInputList().forEach(input -> constants.remove(input.getName()));
  }

  private List<NodeProto> readersOf(String value) {
    return readers.computeIfAbsent(value, name -> new ArrayList<>());
  }

  /** The node that makes a value. */
  Optional<NodeProto> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The same, where it is of the operator. */
  Optional<NodeProto> producer(String value, String operator) {
    return producer(value).filter(node -> node.getOpType().equals(operator));
  }

  /** The only node that reads a value, where it is of the operator. */
  Optional<NodeProto> onlyReader(String value, String operator) {
    List<NodeProto> all = readers.getOrDefault(value, List.of());
    return all.size() == 1
        ? all.stream().filter(node -> node.getOpType().equals(operator)).findFirst()
        : Optional.empty();
  }

  Optional<TensorProto> constant(String value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** A constant of one float without dimensions. */
  Optional<Float> number(String value) {
    return constant(value)
        .filter(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE)
        .filter(tensor -> tensor.getDimsCount() == 0 && tensor.getRawData().size() == Float.BYTES)
        .map(tensor -> bytes(tensor).getFloat());
  }

  /** A constant of one whole number, which may also be what a node makes. */
  Optional<Long> wholeNumber(String value) {
    return constant(value)
        .or(() -> producer(value, "Constant").flatMap(GraphIndex::tensor))
        .filter(tensor -> tensor.getDataType() == TensorProto.DataType.INT64_VALUE)
        .filter(tensor -> tensor.getRawData().size() == Long.BYTES)
        .map(tensor -> bytes(tensor).getLong());
  }

  private static ByteBuffer bytes(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Optional<TensorProto> tensor(NodeProto constant) {
    return OnnxParts.attribute(constant, "value").map(AttributeProto::getT);
  }

  /** Whether a value is the one level that stands for 0 of all tokens. */
  boolean isZeroPoint(String value) {
    return constant(value)
        .filter(tensor -> tensor.getDataType() == TensorProto.DataType.UINT8_VALUE)
        .filter(tensor -> tensor.getDimsCount() == 0 && tensor.getRawData().size() == 1)
        .filter(tensor -> tensor.getRawData().byteAt(0) == (byte) 128)
        .isPresent();
  }
}
