package io.sparkllama.onnx;

import com.google.protobuf.ByteString;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Makes the small parts of which graphs consist. */
public final class OnnxParts {

  private OnnxParts() {}

  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  public static AttributeProto attribute(String name, long[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  public static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  /** A node that is named as its only output is. */
  public static NodeProto node(
      String operator, String output, List<String> inputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  /**
   * An input or output of a graph.
   *
   * @param elementType ONNX element type
   * @param dimensions names or whole numbers
   */
  public static ValueInfoProto value(String name, int elementType, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof String symbol) {
        shape.addDim(size.setDimParam(symbol));
      } else {
        shape.addDim(size.setDimValue((Integer) dimension));
      }
    }
    return value(name, TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(shape));
  }

  /** A float output of a graph whose shape is left open. */
  public static ValueInfoProto floats(String name) {
    return value(name, TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE));
  }

  private static ValueInfoProto value(String name, TypeProto.Tensor.Builder type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** A list of whole numbers. */
  public static TensorProto int64s(String name, long... values) {
    return int64s(values).setName(name).addDims(values.length).build();
  }

  /** One whole number without dimensions. */
  public static TensorProto int64(String name, long value) {
    return int64s(new long[] {value}).setName(name).build();
  }

  private static TensorProto.Builder int64s(long[] values) {
    byte[] bytes = new byte[values.length * Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(DataType.INT64_VALUE)
        .setRawData(ByteString.copyFrom(bytes));
  }
}
