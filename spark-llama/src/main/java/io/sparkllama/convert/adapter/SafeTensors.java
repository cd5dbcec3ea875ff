package io.sparkllama.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.gguf.HalfFloat;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small safetensors file, read whole: an 8-byte header length, a JSON header with type, shape and
 * byte range of each tensor, then the bytes.
 */
final class SafeTensors {

  private static final long MOST_BYTES = 1L << 30;

  private final Path file;
  private final ByteBuffer data;
  private final Map<String, JsonNode> entries;

  private SafeTensors(Path file, ByteBuffer data, Map<String, JsonNode> entries) {
    this.file = file;
    this.data = data;
    this.entries = entries;
  }

  static SafeTensors read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < Long.BYTES || size > MOST_BYTES) {
        throw invalid(file, "%d bytes, expected 8 to %d".formatted(size, MOST_BYTES));
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      long header = bytes.getLong();
      if (header < 2 || header > size - Long.BYTES) {
        throw invalid(file, "a header of %d bytes in %d".formatted(header, size));
      }
      byte[] json = new byte[(int) header];
      bytes.get(json);
      Map<String, JsonNode> entries = new LinkedHashMap<>();
      new ObjectMapper()
          .readTree(json)
          .properties()
          .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
      entries.remove("__metadata__");
      return new SafeTensors(file, bytes.slice().order(ByteOrder.LITTLE_ENDIAN), entries);
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Check the file and its rights.".formatted(file, e), e);
    }
  }

  Iterable<String> names() {
    return entries.keySet();
  }

  /** A tensor of two dimensions as rows. */
  float[][] matrix(String name) {
    JsonNode entry = entries.get(name);
    int rows = entry.path("shape").path(0).asInt(-1);
    int columns = entry.path("shape").path(1).asInt(-1);
    int width = width(name, entry.path("dtype").asText());
    long start = entry.path("data_offsets").path(0).asLong(-1);
    long end = entry.path("data_offsets").path(1).asLong(-1);
    if (entry.path("shape").size() != 2
        || rows < 1
        || columns < 1
        || start < 0
        || end > data.limit()
        || end - start != (long) rows * columns * width) {
      throw invalid(
          file,
          "tensor %s of shape %s at %s, expected two dimensions whose bytes lie in the file"
              .formatted(name, entry.path("shape"), entry.path("data_offsets")));
    }
    return decode(data.slice((int) start, (int) (end - start)), entry, rows, columns);
  }

  private float[][] decode(ByteBuffer bytes, JsonNode entry, int rows, int columns) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] =
            switch (entry.path("dtype").asText()) {
              case "F32" -> bytes.getFloat();
              case "F16" -> HalfFloat.toFloat(bytes.getShort());
              default -> HalfFloat.fromBfloat(bytes.getShort());
            };
      }
    }
    return values;
  }

  private int width(String name, String type) {
    return switch (type) {
      case "F32" -> Float.BYTES;
      case "F16", "BF16" -> Short.BYTES;
      default ->
          throw invalid(
              file, "tensor %s of type %s, expected F32, F16 or BF16".formatted(name, type));
    };
  }

  private static ConversionException invalid(Path file, String found) {
    return new ConversionException(
        "Invalid safetensors file %s: found %s. Download or save the adapter again."
            .formatted(file, found));
  }
}
