package io.sparkllama.convert.gguf;

import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.errors.ConversionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An open GGUF file: metadata in memory, values read row by row by any number of threads. */
public final class GgufFile implements AutoCloseable {

  private static final int MAGIC = 0x46554747;
  private static final int LEAST_ENTRY = 13;
  private static final int LEAST_TENSOR = 24;
  private static final int DEFAULT_ALIGNMENT = 32;

  private final SourceFile file;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(SourceFile file, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.file = file;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Reads the header and checks it against the file, which closes with this one or on failure.
   *
   * @throws ConversionException names the offset at which the file is damaged
   */
  public static GgufFile open(SourceFile file) {
    try {
      return read(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static GgufFile read(SourceFile file) {
    GgufCursor cursor = new GgufCursor(file);
    requireFormat(cursor);
    long tensorCount = cursor.int64();
    cursor.count(tensorCount, LEAST_TENSOR, "tensors");
    int entries = cursor.count(cursor.int64(), LEAST_ENTRY, "metadata entries");
    GgufValues values = new GgufValues(cursor);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries; i++) {
      long position = cursor.position();
      String key = cursor.string();
      if (map.put(key, values.value()) != null) {
        throw cursor.damaged(position, "found key " + key + " a second time");
      }
    }
    GgufMetadata metadata = new GgufMetadata(file.location(), map);
    int alignment = metadata.optionalPositive("general.alignment").orElse(DEFAULT_ALIGNMENT);
    Map<String, GgufTensor> tensors =
        new GgufTensors(cursor, alignment, file.size()).read((int) tensorCount);
    return new GgufFile(file, metadata, tensors);
  }

  private static void requireFormat(GgufCursor cursor) {
    int magic = cursor.int32();
    if (magic != MAGIC) {
      throw cursor.damaged(0, "found %08x, expected the letters GGUF".formatted(magic));
    }
    int version = cursor.int32();
    if (version != 2 && version != 3) {
      throw cursor.damaged(
          Integer.BYTES,
          "found version %s, expected 2 or 3 in little-endian order"
              .formatted(Integer.toUnsignedString(version)));
    }
  }

  /** Path or URI, for messages. */
  public String location() {
    return file.location();
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  public Map<String, GgufTensor> tensors() {
    return tensors;
  }

  public Optional<GgufTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** Decodes one row into {@code out}, which is at least a row long. */
  public void row(GgufTensor tensor, int row, float[] out) {
    int columns = tensor.columns();
    int bytes = Math.toIntExact(tensor.type().rowBytes(columns));
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.read(tensor.offset() + (long) row * bytes, buffer);
    tensor.type().decode(buffer.flip(), out, columns);
  }

  @Override
  public void close() {
    file.close();
  }
}
