package io.sparkllama.convert.source;

import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of this machine. */
final class LocalFile implements SourceFile {

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private LocalFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static LocalFile open(Path path) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new LocalFile(path, channel, channel.size());
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Check the path and its rights.".formatted(path, e), e);
    }
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer target) {
    long at = position;
    try {
      while (target.hasRemaining()) {
        int read = channel.read(target, at);
        if (read < 0) {
          throw SourceFiles.ended(this, at);
        }
        at += read;
      }
    } catch (IOException e) {
      throw SourceFiles.unreadable(this, at, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw SourceFiles.unreadable(this, 0, e);
    }
  }
}
