package io.sparkllama.convert.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes a safetensors file of matrices of 32-bit floats. */
public final class SafeTensorsWriter {

  /** Values begin at a multiple of it, as the format's own library writes them. */
  private static final int ALIGNMENT = 8;

  private SafeTensorsWriter() {}

  /**
   * A matrix.
   *
   * @param rows first size
   * @param columns second size
   * @param values {@code rows x columns}, row after row, from position to limit
   */
  public record Values(int rows, int columns, FloatBuffer values) {

    long bytes() {
      return (long) rows * columns * Float.BYTES;
    }
  }

  /**
   * Writes a file, in the map's order.
   *
   * @param tensors matrices by their names
   */
  public static void write(Path file, Map<String, Values> tensors) throws IOException {
    byte[] header = header(tensors);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(0, header.length);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(length.array());
      out.write(header);
      for (Values tensor : tensors.values()) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values().duplicate());
        out.write(bytes.array());
      }
    }
  }

  /** Filled up with spaces. */
  private static byte[] header(Map<String, Values> tensors) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
      Values values = tensor.getValue();
      long end = at + values.bytes();
      ObjectNode entry = root.putObject(tensor.getKey());
      entry.put("dtype", "F32");
      entry.putArray("shape").add(values.rows()).add(values.columns());
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    byte[] filled = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(filled, text.length, filled.length, (byte) ' ');
    return filled;
  }
}
