package io.sparkllama.convert.graph;

import io.sparkllama.convert.gguf.HalfFloat;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;

/** Floating-point numbers of a graph: hidden states, keys, values and adapters. */
public enum NumberType {
  FLOAT32(DataType.FLOAT_VALUE, Float.BYTES),
  FLOAT16(DataType.FLOAT16_VALUE, Short.BYTES),
  BFLOAT16(DataType.BFLOAT16_VALUE, Short.BYTES);

  private final int id;
  private final int bytes;

  NumberType(int id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /** ONNX element type. */
  public int id() {
    return id;
  }

  public int bytes() {
    return bytes;
  }

  /** Appends a value, rounded to the nearest; returns what it has become. */
  float put(ByteBuffer out, float value) {
    switch (this) {
      case FLOAT16 -> {
        short bits = HalfFloat.ofFloat(value);
        out.putShort(bits);
        return HalfFloat.toFloat(bits);
      }
      case BFLOAT16 -> {
        short bits = HalfFloat.bfloatOf(value);
        out.putShort(bits);
        return HalfFloat.fromBfloat(bits);
      }
      default -> {
        out.putFloat(value);
        return value;
      }
    }
  }

  /** Appends a row; returns the sum of the squared rounding errors. */
  public double put(ByteBuffer out, float[] values) {
    double error = 0;
    for (float value : values) {
      float difference = value - put(out, value);
      error += difference * difference;
    }
    return error;
  }
}
