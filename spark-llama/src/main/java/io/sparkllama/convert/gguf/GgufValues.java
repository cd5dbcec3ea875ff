package io.sparkllama.convert.gguf;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads metadata values: numbers as {@link Long} or {@link Double}, {@link Boolean}, {@link
 * String}, and lists of these.
 */
final class GgufValues {

  private static final int ARRAY = 9;
  private static final int STRING = 8;

  private final GgufCursor cursor;

  GgufValues(GgufCursor cursor) {
    this.cursor = cursor;
  }

  Object value() {
    int type = cursor.int32();
    return type == ARRAY ? array() : scalar(type);
  }

  private List<Object> array() {
    int type = cursor.int32();
    if (type == ARRAY) {
      throw cursor.damaged(
          cursor.position() - Integer.BYTES, "found an array of arrays, expected plain values");
    }
    int count = cursor.count(cursor.int64(), leastBytes(type), "array elements");
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(scalar(type));
    }
    return values;
  }

  private Object scalar(int type) {
    return switch (type) {
      case 0 -> (long) Byte.toUnsignedInt(cursor.int8());
      case 1 -> (long) cursor.int8();
      case 2 -> (long) Short.toUnsignedInt(cursor.int16());
      case 3 -> (long) cursor.int16();
      case 4 -> Integer.toUnsignedLong(cursor.int32());
      case 5 -> (long) cursor.int32();
      case 6 -> (double) Float.intBitsToFloat(cursor.int32());
      case 7 -> cursor.int8() != 0;
      case STRING -> cursor.string();
      case 10, 11 -> cursor.int64();
      case 12 -> Double.longBitsToDouble(cursor.int64());
      default -> throw unknown(type);
    };
  }

  private int leastBytes(int type) {
    return switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case STRING, 10, 11, 12 -> 8;
      default -> throw unknown(type);
    };
  }

  private RuntimeException unknown(int type) {
    return cursor.damaged(
        cursor.position() - Integer.BYTES,
        "found the value type %s, expected 0 to 12".formatted(Integer.toUnsignedString(type)));
  }
}
