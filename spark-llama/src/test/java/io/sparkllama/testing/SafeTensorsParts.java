package io.sparkllama.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A safetensors file taken apart, so that a test may put it together differently.
 *
 * @param table type, shape and range by name
 * @param values the bytes behind the table
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SafeTensorsParts(ObjectNode table, byte[] values) {

  public static SafeTensorsParts read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    ObjectNode table = (ObjectNode) new ObjectMapper().readTree(bytes, 8, end - 8);
    return new SafeTensorsParts(table, Arrays.copyOfRange(bytes, end, bytes.length));
  }

  public void write(Path file) throws IOException {
    write(file, table.toString(), values);
  }

  public static void write(Path file, String table, byte[] values) throws IOException {
    byte[] text = table.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(values);
    Files.write(file, bytes.array());
  }
}
