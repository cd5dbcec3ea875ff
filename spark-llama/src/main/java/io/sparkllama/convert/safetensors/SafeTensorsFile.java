package io.sparkllama.convert.safetensors;

import io.sparkllama.convert.source.SourceFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** An open safetensors file: its table in memory, values read row by row by any thread. */
public final class SafeTensorsFile implements AutoCloseable {

  private final SourceFile file;
  private final Map<String, TensorEntry> entries;

  private SafeTensorsFile(SourceFile file, Map<String, TensorEntry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads the table and checks it against the file, which closes with this one or on failure.
   *
   * @throws io.sparkllama.errors.ConversionException names the tensor, what was found and expected
   */
  public static SafeTensorsFile open(SourceFile file) {
    try {
      return new SafeTensorsFile(file, new SafeTensorsHeader(file).read());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public SourceFile file() {
    return file;
  }

  public Map<String, TensorEntry> entries() {
    return entries;
  }

  /** Decodes one row into {@code out}, which is at least a row long. */
  public void row(TensorEntry entry, int row, float[] out) {
    int columns = entry.columns();
    int bytes = Math.multiplyExact(columns, entry.type().bytes());
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.read(entry.offset() + (long) row * bytes, buffer);
    entry.type().decode(buffer.flip(), out, columns);
  }

  @Override
  public void close() {
    file.close();
  }
}
