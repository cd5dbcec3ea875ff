package io.sparkllama.runtime;

import ai.onnxruntime.OnnxJavaType;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.Optional;
import java.util.stream.Stream;

/** How keys and values are stored. */
enum CacheType {
  FLOAT32(DataType.FLOAT_VALUE, Float.BYTES),
  FLOAT16(DataType.FLOAT16_VALUE, Short.BYTES),
  BFLOAT16(DataType.BFLOAT16_VALUE, Short.BYTES);

  private static final String EXACT = "fp32";

  private final int elementType;
  private final int bytes;

  CacheType(int elementType, int bytes) {
    this.elementType = elementType;
    this.bytes = bytes;
  }

  /**
   * Half precision where the weights have less than fp32, since their error is a thousand times
   * that of the rounding; packages of other tools keep what their graphs have, as does attention
   * that is the graph's.
   */
  static CacheType of(ModelPackage source, Attention attention) {
    boolean own =
        attention == Attention.OWN
            && NativeOperators.library().isPresent()
            && SlotAttention.fits(source.architecture());
    return source
        .manifest()
        .filter(manifest -> own && !manifest.quantization().precision().equals(EXACT))
        .map(manifest -> FLOAT16)
        .orElse(FLOAT32);
  }

  /** The type that a graph has for its own keys and values, where it is one for them. */
  static Optional<CacheType> of(GraphProto graph) {
    return graph.getInputList().stream()
        .filter(input -> input.getName().startsWith(DeviceGraph.CACHE))
        .findFirst()
        .flatMap(input -> ofElements(input.getType().getTensorType().getElemType()));
  }

  /** The type with an ONNX element type, where it is one for keys and values. */
  static Optional<CacheType> ofElements(int elementType) {
    return Stream.of(values()).filter(type -> type.elementType == elementType).findFirst();
  }

  /** ONNX element type. */
  int elementType() {
    return elementType;
  }

  /** What ONNX Runtime's Java part calls it. */
  OnnxJavaType javaType() {
    return switch (this) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
    };
  }

  /** Bytes of a number. */
  int bytes() {
    return bytes;
  }
}
