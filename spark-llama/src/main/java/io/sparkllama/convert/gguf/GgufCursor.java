package io.sparkllama.convert.gguf;

import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.errors.ConversionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a GGUF header from front to back and knows where it stands. */
final class GgufCursor {

  private static final int WINDOW = 1 << 16;

  private final SourceFile file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long windowEnd;

  GgufCursor(SourceFile file) {
    this.file = file;
    this.size = file.size();
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
            .formatted(file.location(), offset, what));
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
    int added = (int) Math.min(window.remaining(), size - windowEnd);
    window.limit(window.position() + added);
    file.read(windowEnd, window);
    windowEnd += added;
    window.flip();
  }
}
