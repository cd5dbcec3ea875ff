package io.sparkllama.jobs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options.ChecksumOpt;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk, with as much room as a test leaves it, and told to the test file by file. */
public final class SmallDisk extends LocalFileSystem {

  private static final AtomicLong ROOM = new AtomicLong(Long.MAX_VALUE);

  private static final AtomicReference<Watcher> WATCHER = new AtomicReference<>(path -> {});

  /** Is told of files before they are made, in the thread that makes them. */
  public interface Watcher {

    /**
     * @param path of the file
     * @throws IOException to let that fail
     */
    void making(String path) throws IOException;
  }

  public SmallDisk() {
    super(new Raw());
  }

  /** From now on so many bytes can be written. */
  public static void leave(long bytes) {
    ROOM.set(bytes);
  }

  /** From now on tells of files. */
  public static void watch(Watcher watcher) {
    WATCHER.set(watcher);
  }

  /** Tells of files no more. */
  public static void unwatch() {
    WATCHER.set(path -> {});
  }

  private static final class Raw extends RawLocalFileSystem {

    /** Without Hadoop's native library each file would start a chmod. */
    @Override
    public void setPermission(Path path, FsPermission permission) {}

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      WATCHER.get().making(path.toUri().getPath());
      return limited(super.create(path, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      WATCHER.get().making(path.toUri().getPath());
      return limited(
          super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        EnumSet<CreateFlag> flags,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress,
        ChecksumOpt checksum)
        throws IOException {
      WATCHER.get().making(path.toUri().getPath());
      return limited(
          super.create(
              path, permission, flags, bufferSize, replication, blockSize, progress, checksum));
    }

    private static FSDataOutputStream limited(OutputStream out) throws IOException {
      return new FSDataOutputStream(new Limited(out), null);
    }
  }

  private static final class Limited extends FilterOutputStream {

    Limited(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      take(1);
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private static void take(int bytes) throws IOException {
      if (ROOM.addAndGet(-bytes) < 0) {
        throw new IOException("No space left on device");
      }
    }
  }
}
