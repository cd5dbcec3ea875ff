package io.sparkllama.convert.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensor table and holds it against the file's size and against itself. */
final class GgufTensors {

  private static final int MOST_DIMENSIONS = 4;

  private final GgufCursor cursor;
  private final long alignment;
  private final long fileSize;

  GgufTensors(GgufCursor cursor, long alignment, long fileSize) {
    this.cursor = cursor;
    this.alignment = alignment;
    this.fileSize = fileSize;
  }

  private record Entry(
      String name, TensorType type, List<Long> shape, long offset, long bytes, long position) {}

  Map<String, GgufTensor> read(int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry());
    }
    long data = -Math.floorDiv(-cursor.position(), alignment) * alignment;
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      GgufTensor tensor = place(entry, data);
      if (tensors.put(tensor.name(), tensor) != null) {
        throw cursor.damaged(entry.position, "found a second tensor named " + tensor.name());
      }
    }
    requireApart(new ArrayList<>(tensors.values()));
    return tensors;
  }

  private Entry entry() {
    long position = cursor.position();
    String name = cursor.string();
    int dimensions = cursor.int32();
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw cursor.damaged(
          position,
          "found tensor %s with %s dimensions, expected 1 to %d"
              .formatted(name, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      shape.add(cursor.int64());
    }
    int id = cursor.int32();
    TensorType type =
        TensorType.of(id)
            .orElseThrow(
                () ->
                    cursor.damaged(
                        position,
                        "found tensor %s of type %s, expected one of %s"
                            .formatted(name, Integer.toUnsignedString(id), TensorType.names())));
    return new Entry(
        name, type, shape, cursor.int64(), bytes(position, name, type, shape), position);
  }

  private long bytes(long position, String name, TensorType type, List<Long> shape) {
    long columns = shape.get(0);
    long rows = 1;
    try {
      for (long size : shape) {
        if (size < 1 || size > Integer.MAX_VALUE) {
          throw new ArithmeticException();
        }
      }
      for (long size : shape.subList(1, shape.size())) {
        rows = Math.multiplyExact(rows, size);
      }
      if (columns % type.blockValues() != 0) {
        throw new ArithmeticException();
      }
      return Math.multiplyExact(rows, type.rowBytes(columns));
    } catch (ArithmeticException e) {
      throw cursor.damaged(
          position,
          "found tensor %s of shape %s, expected positive sizes in blocks of %d"
              .formatted(name, shape, type.blockValues()));
    }
  }

  private GgufTensor place(Entry entry, long data) {
    long room = fileSize - data;
    if (entry.offset < 0 || entry.offset % alignment != 0 || entry.offset > room - entry.bytes) {
      throw cursor.damaged(
          entry.position,
          "found tensor %s at data offset %s with %d bytes, expected a multiple of %d inside %d bytes"
              .formatted(
                  entry.name,
                  Long.toUnsignedString(entry.offset),
                  entry.bytes,
                  alignment,
                  Math.max(0, room)));
    }
    return new GgufTensor(entry.name, entry.type, entry.shape, data + entry.offset, entry.bytes);
  }

  private void requireApart(List<GgufTensor> tensors) {
    tensors.sort(Comparator.comparingLong(GgufTensor::offset));
    for (int i = 1; i < tensors.size(); i++) {
      GgufTensor before = tensors.get(i - 1);
      if (before.offset() + before.bytes() > tensors.get(i).offset()) {
        throw cursor.damaged(
            tensors.get(i).offset(),
            "found tensor %s inside %s".formatted(tensors.get(i).name(), before.name()));
      }
    }
  }
}
