package io.sparkllama.convert.source;

import java.nio.ByteBuffer;

/** An open file, read at any position by any number of threads. */
public sealed interface SourceFile extends AutoCloseable permits LocalFile, HadoopFile {

  /** Path or URI, for messages. */
  String location();

  /** Bytes. */
  long size();

  /**
   * Fills a buffer's remaining bytes.
   *
   * @param position first byte in the file
   * @throws io.sparkllama.errors.ConversionException when the file ends before or cannot be read
   */
  void read(long position, ByteBuffer target);

  @Override
  void close();
}
