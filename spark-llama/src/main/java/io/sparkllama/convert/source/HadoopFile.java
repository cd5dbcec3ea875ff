package io.sparkllama.convert.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file on a file system that the Hadoop client knows. Rows are small and requests are dear, so it
 * reads large blocks and keeps the last ones.
 */
final class HadoopFile implements SourceFile {

  private static final int BLOCK = 8 << 20;
  private static final int KEPT = 4;

  private final String location;
  private final FSDataInputStream stream;
  private final long size;
  private final long[] starts = new long[KEPT];
  private final byte[][] blocks = new byte[KEPT][];
  private int next;

  private HadoopFile(String location, FSDataInputStream stream, long size) {
    this.location = location;
    this.stream = stream;
    this.size = size;
  }

  static HadoopFile open(FileSystem files, Path path) throws IOException {
    return new HadoopFile(path.toString(), files.open(path), files.getFileStatus(path).getLen());
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) {
    long at = position;
    while (target.hasRemaining()) {
      if (at >= size) {
        throw SourceFiles.ended(this, at);
      }
      byte[] block = block(at / BLOCK * BLOCK);
      int from = (int) (at % BLOCK);
      int length = Math.min(target.remaining(), block.length - from);
      target.put(block, from, length);
      at += length;
    }
  }

  private byte[] block(long start) {
    for (int i = 0; i < KEPT; i++) {
      if (blocks[i] != null && starts[i] == start) {
        return blocks[i];
      }
    }
    byte[] block = new byte[(int) Math.min(BLOCK, size - start)];
    try {
      stream.readFully(start, block);
    } catch (IOException e) {
      throw SourceFiles.unreadable(this, start, e);
    }
    starts[next] = start;
    blocks[next] = block;
    next = (next + 1) % KEPT;
    return block;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw SourceFiles.unreadable(this, 0, e);
    }
  }
}
