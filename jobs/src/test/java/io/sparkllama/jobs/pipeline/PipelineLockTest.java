package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import io.sparkllama.jobs.pipeline.state.RunLock;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of one pipeline. */
class PipelineLockTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @Test
  void aSecondRunStopsOrWaits() throws Exception {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, NULL)");
    StateFolder state = new StateFolder(pipeline.state, "posts", new Configuration());
    CompletableFuture<TestOutput> waiting;
    try (RunLock held =
        RunLock.take(state, "another", RunLock.Patience.FAIL, () -> {}, message -> {})) {
      TestOutput second = pipeline.run();
      assertThat(second.code()).as(held.toString()).isEqualTo(5);
      assertThat(second.err())
          .startsWith(
              "Cannot run pipeline posts: run another of process " + ProcessHandle.current().pid())
          .contains("--wait");
      assertThat(Path.of(pipeline.sink)).doesNotExist();
      assertThat(Path.of(state.runs())).as("nothing is written").doesNotExist();
      waiting = CompletableFuture.supplyAsync(() -> pipeline.run("--wait"));
      Thread.sleep(100);
      assertThat(waiting).isNotDone();
    }
    assertThat(waiting.get().code()).isZero();
    assertThat(pipeline.sinkRows()).hasSize(1);
    assertThat(Path.of(state.lock())).as("released").doesNotExist();
  }

  @Test
  void theLockOfADeadRunIsTakenOver() throws IOException {
    StateFolder state = new StateFolder(folder.toString(), "posts", new Configuration());
    Path file = Path.of(state.lock());
    Files.createDirectories(file.getParent());
    String elsewhere = "{\"run_id\": \"old\", \"host\": \"elsewhere\", \"pid\": 1, \"beats\": 7}";
    Files.writeString(file, elsewhere);
    assertThat(ending(state)).as("it may live").isEqualTo("BUSY");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(61)));
    assertThat(ending(state)).isEqualTo("taken");

    long ended = ProcessHandle.current().pid();
    Files.writeString(
        file,
        elsewhere
            .replace("elsewhere", java.net.InetAddress.getLocalHost().getHostName())
            .replace("\"pid\": 1", "\"pid\": " + ended));
    assertThat(ending(state)).as("its process lives").isEqualTo("BUSY");
    Files.writeString(
        file, Files.readString(file).replace("\"pid\": " + ended, "\"pid\": 2147483647"));
    assertThat(ending(state)).as("its process has ended").isEqualTo("taken");
    assertThat(file.getParent().toFile().list()).as("nothing stays").isEmpty();
  }

  private static String ending(StateFolder state) {
    try (RunLock lock =
        RunLock.take(state, "mine", RunLock.Patience.FAIL, () -> {}, message -> {})) {
      assertThat(lock).isNotNull();
      return "taken";
    } catch (io.sparkllama.jobs.JobException e) {
      return e.ending().name();
    }
  }
}
