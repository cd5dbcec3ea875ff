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
}
