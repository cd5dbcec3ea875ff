package io.sparkllama.convert.gguf;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An open GGUF file: metadata in memory, values read row by row. Safe for one thread. */
public final class GgufFile implements AutoCloseable {

  private static final int MAGIC = 0x46554747;
  private static final int LEAST_ENTRY = 13;
  private static final int LEAST_TENSOR = 24;
  private static final int DEFAULT_ALIGNMENT = 32;

  private final Path path;
  private final FileChannel channel;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(
      Path path, FileChannel channel, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.path = path;
    this.channel = channel;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Reads the header and checks it against the file.
   *
   * @throws ConversionException names the offset at which the file is damaged
   */
  public static GgufFile open(Path path) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return read(path, channel);
    } catch (IOException e) {
      close(channel);
      throw new ConversionException(
          "Cannot read %s: %s. Check the path and its rights.".formatted(path, e), e);
    } catch (RuntimeException e) {
      close(channel);
      throw e;
    }
  }

  private static GgufFile read(Path path, FileChannel channel) throws IOException {
    GgufCursor cursor = new GgufCursor(path, channel);
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
    GgufMetadata metadata = new GgufMetadata(path, map);
    int alignment = metadata.optionalPositive("general.alignment").orElse(DEFAULT_ALIGNMENT);
    Map<String, GgufTensor> tensors =
        new GgufTensors(cursor, alignment, channel.size()).read((int) tensorCount);
    return new GgufFile(path, channel, metadata, tensors);
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

  public Path path() {
    return path;
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
    long start = tensor.offset() + (long) row * bytes;
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, start + buffer.position()) < 0) {
          throw new ConversionException(
              "Invalid GGUF file %s: at offset %d the file ended while it was read. Do not change"
                      .formatted(path, start + buffer.position())
                  + " the file during a conversion.");
        }
      }
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s at offset %d: %s. Check the disk.".formatted(path, start, e), e);
    }
    tensor.type().decode(buffer.flip(), out, columns);
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new ConversionException("Failed to close the GGUF file. Try again.", e);
    }
  }
}
