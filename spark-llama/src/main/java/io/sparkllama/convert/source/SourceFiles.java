package io.sparkllama.convert.source;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What can be done with any source file. */
public final class SourceFiles {

  private static final int BLOCK = 4 << 20;
  private static final long MOST_WHOLE = 1L << 28;

  private SourceFiles() {}

  /**
   * A small file's content.
   *
   * @throws ConversionException when it has more than 256 MiB
   */
  public static byte[] bytes(SourceFile file) {
    if (file.size() > MOST_WHOLE) {
      throw new ConversionException(
          "Cannot read %s: found %,d bytes, expected at most %,d. Check that it is the right file."
              .formatted(file.location(), file.size(), MOST_WHOLE));
    }
    byte[] bytes = new byte[(int) file.size()];
    file.read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** SHA-256 of the content of files, one after the other, in lower-case hex. */
  public static String sha256(List<SourceFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[BLOCK];
      for (SourceFile file : files) {
        for (long at = 0; at < file.size(); at += BLOCK) {
          int length = (int) Math.min(BLOCK, file.size() - at);
          file.read(at, ByteBuffer.wrap(block, 0, length));
          digest.update(block, 0, length);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static ConversionException ended(SourceFile file, long position) {
    return new ConversionException(
        "Invalid file %s: at offset %d found its end, expected more. Do not change a file during a conversion."
            .formatted(file.location(), position));
  }

  static ConversionException unreadable(SourceFile file, long position, IOException e) {
    return new ConversionException(
        "Cannot read %s at offset %d: %s. Check the disk or the connection."
            .formatted(file.location(), position, e),
        e);
  }
}
