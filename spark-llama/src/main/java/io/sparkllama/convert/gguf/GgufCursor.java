package io.sparkllama.convert.gguf;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a GGUF header from front to back and knows where it stands. */
final class GgufCursor {

  private static final int WINDOW = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long windowEnd;

  GgufCursor(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    window.limit(0);
  }

  long position() {
    return windowEnd - window.remaining();
  }

  long remaining() {
    return size - position();
  }

  byte int8() {
    return need(1, "a byte").get();
  }

  short int16() {
    return need(2, "a 16-bit number").getShort();
  }

  int int32() {
    return need(4, "a 32-bit number").getInt();
  }

  long int64() {
    return need(8, "a 64-bit number").getLong();
  }

  /**
   * A count of things that take at least {@code least} bytes each in the rest of the file.
   *
   * @param what what is counted, for the message
   */
  int count(long value, long least, String what) {
    if (value < 0 || value > remaining() / least || value > Integer.MAX_VALUE - 8) {
      throw damaged(
          position() - Long.BYTES,
          "found a count of %s %s, expected at most the %d that fit the rest of the file"
              .formatted(Long.toUnsignedString(value), what, remaining() / least));
    }
    return (int) value;
  }

  String string() {
    long start = position();
    byte[] bytes = new byte[count(int64(), 1, "characters")];
    int done = 0;
    while (done < bytes.length) {
      ByteBuffer available = need(1, "a string");
      int part = Math.min(bytes.length - done, available.remaining());
      available.get(bytes, done, part);
      done += part;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw damaged(start, "found a string that is not UTF-8, expected UTF-8");
    }
  }

  ConversionException damaged(long offset, String what) {
    return new ConversionException(
        "Invalid GGUF file %s: at offset %d %s. Download or export the file again."
            .formatted(file, offset, what));
  }

  private ByteBuffer need(int bytes, String what) {
    if (window.remaining() < bytes) {
      fill();
    }
    if (window.remaining() < bytes) {
      throw damaged(
          position(), "found the end of the file (%d bytes), expected %s".formatted(size, what));
    }
    return window;
  }

  private void fill() {
    window.compact();
    try {
      while (window.hasRemaining()) {
        int read = channel.read(window, windowEnd);
        if (read < 0) {
          break;
        }
        windowEnd += read;
      }
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Check the file and its rights.".formatted(file, e), e);
    }
    window.flip();
  }
}
