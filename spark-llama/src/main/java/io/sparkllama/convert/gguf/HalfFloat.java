package io.sparkllama.convert.gguf;

/** 16-bit floating-point numbers as floats. */
public final class HalfFloat {

  private static final int EXPONENT = 0x1F;
  private static final int MANTISSA = 0x3FF;
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  private HalfFloat() {}

  /** IEEE 754 binary16. */
  public static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & EXPONENT;
    int mantissa = bits & MANTISSA;
    if (exponent == 0) {
      float value = mantissa * SUBNORMAL_UNIT;
      return sign == 0 ? value : -value;
    }
    int widened = exponent == EXPONENT ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widened << 23 | mantissa << 13);
  }

  /** The high half of an IEEE 754 binary32. */
  public static float fromBfloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest binary16, ties to even; too large a magnitude becomes infinite. */
  public static short ofFloat(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude >= 65520f) {
      return (short) (sign | 0x7C00);
    }
    if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(magnitude / SUBNORMAL_UNIT));
    }
    // Rounding may carry into the exponent, which is what the next binade needs.
    int rest = bits & 0x7FFFFFFF;
    int rounded = rest + 0xFFF + ((rest >>> 13) & 1);
    return (short) (sign | ((rounded >>> 13) - (112 << 10)));
  }

  /** The nearest bfloat16, ties to even. */
  public static short bfloatOf(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) 0x7FC0;
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
