package io.sparkllama.model;

import io.sparkllama.onnx.TensorProto;
import java.util.OptionalLong;

/** How many bytes a tensor takes in a file. */
final class TensorSize {

  private TensorSize() {}

  /** Bytes by dimensions and type; empty for a type or dimensions that cannot be. */
  static OptionalLong of(TensorProto tensor) {
    int bits = bits(tensor.getDataType());
    if (bits == 0) {
      return OptionalLong.empty();
    }
    try {
      long values = 1;
      for (long dim : tensor.getDimsList()) {
        if (dim < 0) {
          return OptionalLong.empty();
        }
        values = Math.multiplyExact(values, dim);
      }
      return OptionalLong.of(Math.addExact(Math.multiplyExact(values, bits), 7) / 8);
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /** Bits of one value by the type numbers of the ONNX specification; 0 for others. */
  private static int bits(int dataType) {
    return switch (dataType) {
      case 25, 26 -> 2; // UINT2, INT2
      case 21, 22, 23 -> 4; // UINT4, INT4, FLOAT4E2M1
      case 2, 3, 9, 17, 18, 19, 20, 24 -> 8; // UINT8, INT8, BOOL, FLOAT8 kinds
      case 4, 5, 10, 16 -> 16; // UINT16, INT16, FLOAT16, BFLOAT16
      case 1, 6, 12 -> 32; // FLOAT, INT32, UINT32
      case 7, 11, 13, 14 -> 64; // INT64, DOUBLE, UINT64, COMPLEX64
      case 15 -> 128; // COMPLEX128
      default -> 0;
    };
  }
}
