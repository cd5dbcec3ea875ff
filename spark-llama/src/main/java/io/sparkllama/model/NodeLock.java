package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Held by one thread of one process of this machine at a time. */
public final class NodeLock implements AutoCloseable {

  private static final long POLL_MILLIS = 50;

  private final FileChannel channel;

  private NodeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock; the operating system frees it when its process ends.
   *
   * @param file made where it is not there, and left
   */
  public static NodeLock acquire(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!taken(channel)) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return new NodeLock(channel);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw new ModelException(
          "Cannot wait for another process to copy the model: interrupted. Try again.", e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean taken(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
