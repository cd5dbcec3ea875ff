package io.sparkllama.jobs.pipeline.state;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file of a lock.
 *
 * @param files its file system
 */
record LockFile(FileSystem files, Path path) {

  /** S3A from Hadoop 3.4.2 on looks and writes in one; others take no notice. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  /** Makes the file; false if it is there already. Of several that try, one succeeds. */
  boolean create(LockContent content) throws IOException {
    files.mkdirs(path.getParent());
    if (files instanceof LocalFileSystem local) {
      return createLocally(local, content);
    }
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path);
    builder.overwrite(false);
    builder.opt(CONDITIONAL, true);
    try (OutputStream out = builder.build()) {
      out.write(content.bytes());
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      // A store that has refused a conditional write says so in its own way.
      if (read().filter(found -> !found.runId().equals(content.runId())).isPresent()) {
        return false;
      }
      throw e;
    }
    return true;
  }

  /** Hadoop's own create on a local disk looks first and writes then. */
  private boolean createLocally(LocalFileSystem local, LockContent content) throws IOException {
    try {
      Files.createFile(local.pathToFile(path).toPath());
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    writeOrDelete(content);
    return true;
  }

  /** An empty file would keep others away until it expires. */
  private void writeOrDelete(LockContent content) throws IOException {
    try {
      write(content);
    } catch (IOException e) {
      files.delete(path, false);
      throw e;
    }
  }

  void write(LockContent content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content.bytes());
    }
  }

  /** Nothing if there is no file, or none that can be read now. */
  Optional<LockContent> read() throws IOException {
    try (FSDataInputStream in = files.open(path)) {
      return LockContent.parse(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (ChecksumException e) {
      return Optional.empty();
    }
  }

  /** When the file was last written, in milliseconds; nothing if it is gone. */
  Optional<Long> written() throws IOException {
    try {
      return Optional.of(files.getFileStatus(path).getModificationTime());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Takes the file away from all others; false if somebody else did. */
  boolean moveTo(Path target) throws IOException {
    try {
      return files.rename(path, target);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  void delete() throws IOException {
    files.delete(path, false);
  }
}
