package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes a package into a folder. A marker lies there from before the first file until after the
 * last: object stores have no rename that would give a folder its name in one step.
 */
final class HadoopPush {

  private static final int BLOCK = 1 << 20;
  private static final String MARK =
      "This package is being pushed, or that was interrupted. Push it again to go on.\n";

  private final FileSystem files;
  private final Path root;
  private final Map<String, Long> there;
  private final List<PushedFile> pushed;
  private final TransferListener progress;
  private long done;

  /**
   * @param there bytes of each file that is there, by path inside the folder
   */
  HadoopPush(
      FileSystem files,
      Path root,
      Map<String, Long> there,
      List<PushedFile> pushed,
      TransferListener progress) {
    this.files = files;
    this.root = root;
    this.there = there;
    this.pushed = pushed;
    this.progress = progress;
  }

  /** Returns the bytes that were written. */
  long run() {
    Path mark = new Path(root, ModelPackages.INCOMPLETE);
    if (!there.isEmpty() && !there.containsKey(ModelPackages.INCOMPLETE)) {
      requireSame();
      return 0;
    }
    requireNothingElse();
    try {
      write(mark, MARK.getBytes(StandardCharsets.UTF_8));
      long moved = 0;
      for (PushedFile file : pushed) {
        if (!isThere(file)) {
          write(file);
          moved += file.size();
        }
        advance(file.size());
      }
      files.delete(mark, false);
      return moved;
    } catch (IOException e) {
      throw TransferFailure.of("write", root, e);
    }
  }

  private void requireSame() {
    if (there.size() != pushed.size() || !pushed.stream().allMatch(this::isThere)) {
      throw new ModelException(
          "Cannot push to %s: found other files there, expected nothing. Name a new folder, or remove this one."
              .formatted(root));
    }
  }

  /** Files of another package, whose push was interrupted, would become part of this one. */
  private void requireNothingElse() {
    for (String path : there.keySet()) {
      if (!path.equals(ModelPackages.INCOMPLETE)
          && pushed.stream().noneMatch(file -> file.path().equals(path))) {
        throw new ModelException(
            "Cannot push to %s: found %s there, which this package has not. Name a new folder, or remove this one."
                .formatted(root, path));
      }
    }
  }

  private boolean isThere(PushedFile file) {
    if (there.getOrDefault(file.path(), -1L) != file.size()) {
      return false;
    }
    Path path = new Path(root, file.path());
    try (InputStream input = files.open(path)) {
      return Sha256.of(input).equals(file.sha256());
    } catch (IOException e) {
      throw TransferFailure.of("read", path, e);
    }
  }

  private void write(PushedFile file) throws IOException {
    long before = done;
    try (InputStream input = file.content().open();
        OutputStream output = files.create(new Path(root, file.path()), true)) {
      byte[] block = new byte[BLOCK];
      for (int n = input.read(block); n >= 0; n = input.read(block)) {
        output.write(block, 0, n);
        advance(n);
      }
    }
    requireUnchanged(file);
    done = before;
  }

  private void requireUnchanged(PushedFile file) throws IOException {
    long written = files.getFileStatus(new Path(root, file.path())).getLen();
    if (written != file.size()) {
      throw new IOException(
          "%s has %,d bytes there, expected %,d".formatted(file.path(), written, file.size()));
    }
  }

  private void write(Path path, byte[] bytes) throws IOException {
    try (OutputStream output = files.create(path, true)) {
      output.write(bytes);
    }
  }

  private void advance(long bytes) {
    done += bytes;
    progress.advanced(done, PushedFile.bytes(pushed));
  }
}
