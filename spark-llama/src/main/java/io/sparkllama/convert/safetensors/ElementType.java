package io.sparkllama.convert.safetensors;

import io.sparkllama.convert.gguf.HalfFloat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** How a safetensors file stores a number. */
public enum ElementType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  static Optional<ElementType> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  int bytes() {
    return bytes;
  }

  /** Decodes {@code count} values. */
  void decode(ByteBuffer source, float[] out, int count) {
    switch (this) {
      case F32 -> source.asFloatBuffer().get(out, 0, count);
      case F16 -> {
        short[] halves = halves(source, count);
        for (int i = 0; i < count; i++) {
          out[i] = HalfFloat.toFloat(halves[i]);
        }
      }
      case BF16 -> {
        short[] halves = halves(source, count);
        for (int i = 0; i < count; i++) {
          out[i] = HalfFloat.fromBfloat(halves[i]);
        }
      }
    }
  }

  /** All at once, since the loop over an array is several times faster than one over a buffer. */
  private static short[] halves(ByteBuffer source, int count) {
    short[] halves = new short[count];
    source.asShortBuffer().get(halves);
    return halves;
  }
}
