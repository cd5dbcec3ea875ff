package io.sparkllama.convert.graph;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file of weights beside a graph. Large tensors start at multiples of the page size, so that
 * ONNX Runtime maps instead of reading them.
 */
public final class ExternalData implements AutoCloseable {

  private static final long PAGE = 4096;
  private static final long LINE = 64;
  private static final long SMALL = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private long end;

  public ExternalData(Path file) {
    this.file = file;
    try {
      this.channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Reserves space for a tensor and describes it to the graph. */
  TensorProto reserve(String name, int elementType, long bytes, long... shape) {
    long alignment = bytes < SMALL ? LINE : PAGE;
    long start = -Math.floorDiv(-end, alignment) * alignment;
    end = start + bytes;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(elementType)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", file.getFileName().toString()))
            .addExternalData(entry("offset", Long.toString(start)))
            .addExternalData(entry("length", Long.toString(bytes)));
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor.build();
  }

  /** First byte of a tensor that was reserved. */
  static long start(TensorProto tensor) {
    return Long.parseLong(tensor.getExternalData(1).getValue());
  }

  void write(ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Hands everything to the disk. */
  @Override
  public void close() {
    try (channel) {
      channel.force(true);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ConversionException failed(IOException e) {
    return new ConversionException(
        "Cannot write %s: %s. Check the folder's rights and the free space.".formatted(file, e), e);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
