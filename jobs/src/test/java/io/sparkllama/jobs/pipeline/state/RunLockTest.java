package io.sparkllama.jobs.pipeline.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.jobs.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock while its run goes on. */
class RunLockTest {

  private static final Duration BEAT = Duration.ofMillis(50);

  @TempDir private Path folder;

  private final CompletableFuture<JobException> loss = new CompletableFuture<>();
  private StateFolder state;
  private Path file;

  @BeforeEach
  void place() {
    state = new StateFolder(folder.toString(), "posts", new Configuration());
    file = Path.of(state.lock());
  }

  private RunLock take() {
    return RunLock.take(state, "mine", RunLock.Patience.FAIL, BEAT, loss::complete, message -> {});
  }

  @Test
  void itsRunIsToldWhenAnotherHasIt() throws Exception {
    try (RunLock lock = take()) {
      lock.requireHeld();
      write("{\"run_id\": \"theirs\", \"host\": \"elsewhere\", \"pid\": 1, \"beats\": 0}");
      assertThat(loss.get(5, TimeUnit.SECONDS))
          .hasMessageContaining("found that of run theirs of process 1 on elsewhere");
      assertThatThrownBy(lock::requireHeld)
          .isInstanceOf(JobException.class)
          .hasMessageContaining("expected that of run mine");
    }
    assertThat(Files.readString(file)).as("not released by the wrong run").contains("theirs");
  }

  @Test
  void itsRunIsToldWhenItIsGoneAndDoesNotMakeItAgain() throws Exception {
    try (RunLock lock = take()) {
      Files.deleteIfExists(file.resolveSibling(".lock.crc"));
      Files.delete(file);
      assertThat(loss.get(5, TimeUnit.SECONDS)).hasMessageContaining("found no file");
      assertThat(lock.lost()).isPresent();
      assertThat(file).doesNotExist();
    }
  }

  /** A disk that was full may have left the file empty. */
  @Test
  void aFileThatWasNotWrittenWholeIsWrittenAgain() throws Exception {
    try (RunLock lock = take()) {
      write("{\"run_id\": \"mi");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (!Files.readString(file).contains("\"mine\"") && System.nanoTime() < until) {
        Thread.sleep(10);
      }
      assertThat(Files.readString(file)).contains("\"mine\"");
      lock.requireHeld();
    }
    assertThat(loss).isNotDone();
    assertThat(file).doesNotExist();
  }

  private void write(String content) throws IOException {
    Files.deleteIfExists(file.resolveSibling(".lock.crc"));
    Files.writeString(file, content);
  }
}
