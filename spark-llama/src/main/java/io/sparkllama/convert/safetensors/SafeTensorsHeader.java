package io.sparkllama.convert.safetensors;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the table in front of a safetensors file: eight bytes of length, then a JSON object of
 * type, shape and byte range by name. Ranges count from the end of the table.
 */
final class SafeTensorsHeader {

  /** What the format's own library allows. */
  private static final long MOST_BYTES = 100_000_000;

  private static final int MOST_DIMENSIONS = 8;
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private final SourceFile file;
  private long start;

  SafeTensorsHeader(SourceFile file) {
    this.file = file;
  }

  Map<String, TensorEntry> read() {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    json()
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("__metadata__")) {
                entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
              }
            });
    requireApart(new ArrayList<>(entries.values()));
    return entries;
  }

  private JsonNode json() {
    if (file.size() < Long.BYTES) {
      throw invalid("%d bytes".formatted(file.size()), "at least 8");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.read(0, length);
    long bytes = length.getLong(0);
    if (bytes < 2 || bytes > MOST_BYTES || bytes > file.size() - Long.BYTES) {
      throw invalid(
          "a table of %s bytes in a file of %d"
              .formatted(Long.toUnsignedString(bytes), file.size()),
          "2 to " + MOST_BYTES + " inside the file");
    }
    start = Long.BYTES + bytes;
    byte[] json = new byte[(int) bytes];
    file.read(Long.BYTES, ByteBuffer.wrap(json));
    return parse(json);
  }

  private JsonNode parse(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonNode root = JSON.readTree(parser);
      if (root == null || !root.isObject()) {
        throw invalid("a table that is no JSON object", "one");
      }
      return root;
    } catch (IOException e) {
      throw invalid("a table that is no JSON object (" + reason(e) + ")", "one");
    }
  }

  /** A parser's message without the source that it quotes. */
  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse("").strip();
  }

  private TensorEntry entry(String name, JsonNode node) {
    String type = node.path("dtype").asText();
    ElementType known =
        ElementType.of(type)
            .orElseThrow(
                () -> invalid("tensor %s of type %s".formatted(name, type), "F32, F16 or BF16"));
    TensorEntry entry = new TensorEntry(name, known, shape(name, node.path("shape")), start(node));
    long room = file.size() - start;
    long from = node.path("data_offsets").path(0).asLong(-1);
    long to = node.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to > room || to - from != bytes(entry)) {
      throw invalid(
          "tensor %s of shape %s %s at %d to %d".formatted(name, entry.shape(), type, from, to),
          "a range of its size inside the %d bytes of values".formatted(room));
    }
    return entry;
  }

  private long start(JsonNode node) {
    return start + Math.max(0, node.path("data_offsets").path(0).asLong(0));
  }

  private List<Long> shape(String name, JsonNode sizes) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode size : sizes) {
      long value = size.isIntegralNumber() && size.canConvertToLong() ? size.longValue() : -1;
      if (value < 1 || value > Integer.MAX_VALUE) {
        throw invalid("tensor %s with size %s".formatted(name, size), "whole numbers from 1");
      }
      shape.add(value);
    }
    if (shape.isEmpty() || shape.size() > MOST_DIMENSIONS) {
      throw invalid(
          "tensor %s with %d dimensions".formatted(name, shape.size()), "1 to " + MOST_DIMENSIONS);
    }
    return shape;
  }

  private long bytes(TensorEntry entry) {
    try {
      return entry.bytes();
    } catch (ArithmeticException e) {
      throw invalid("tensor %s of shape %s".formatted(entry.name(), entry.shape()), "fewer values");
    }
  }

  private void requireApart(List<TensorEntry> entries) {
    entries.sort(Comparator.comparingLong(TensorEntry::offset));
    for (int i = 1; i < entries.size(); i++) {
      TensorEntry before = entries.get(i - 1);
      if (before.offset() + before.bytes() > entries.get(i).offset()) {
        throw invalid(
            "tensor %s inside %s".formatted(entries.get(i).name(), before.name()),
            "ranges of their own");
      }
    }
  }

  private ConversionException invalid(String found, String expected) {
    return new ConversionException(
        "Invalid safetensors file %s: found %s, expected %s. Download or save it again."
            .formatted(file.location(), found, expected));
  }
}
