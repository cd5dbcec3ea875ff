package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.SmallDisk;
import io.sparkllama.jobs.TestOutput;
import io.sparkllama.jobs.pipeline.state.RunLock;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two runs of one pipeline. */
class PipelineLockTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @AfterEach
  void unwatch() {
    SmallDisk.unwatch();
  }

  @Test
  void aSecondRunStopsOrWaits() throws Exception {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, CAST(NULL AS STRING))");
    StateFolder state = new StateFolder(pipeline.state, "posts", new Configuration());
    CompletableFuture<TestOutput> waiting;
    try (RunLock held =
        RunLock.take(state, "another", RunLock.Patience.FAIL, lost -> {}, message -> {})) {
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

  /** The lock goes while the run asks; what it was told is not asked again. */
  @ParameterizedTest
  @CsvSource({"true, that of run other of process 1 on elsewhere", "false, no file"})
  void aRunThatLosesItsLockStopsBeforeItWrites(boolean taken, String found) throws IOException {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')", "(2, 'a night')");
    Path lock = Path.of(pipeline.state, "posts", "lock");
    SmallDisk.watch(
        path -> {
          if (path.contains("/journal/_")) {
            Files.deleteIfExists(lock.resolveSibling(".lock.crc"));
            Files.delete(lock);
            if (taken) {
              Files.writeString(
                  lock,
                  "{\"run_id\": \"other\", \"host\": \"elsewhere\", \"pid\": 1, \"beats\": 7}");
            }
          }
        });
    TestOutput run = pipeline.run();
    SmallDisk.unwatch();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("Failed to keep the lock", "found " + found, "Run the pipeline again")
        .doesNotContain("\tat ");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
    assertThat(pipeline.lastRun().<String>getAs("status")).isEqualTo("failed");
    assertThat(pipeline.lastRun().<String>getAs("error")).contains("Failed to keep the lock");
    assertThat(Files.exists(lock)).as("the other's lock is left alone").isEqualTo(taken);
    Files.deleteIfExists(lock);
    long before = PipelineFixture.requests();
    TestOutput next = pipeline.run();
    assertThat(next.code()).as(next.err()).isZero();
    assertThat(PipelineFixture.requests() - before).isZero();
    assertThat(pipeline.sinkRows()).hasSize(2).allMatch(row -> row.getAs("summary") != null);
  }

  /** It was killed before it was told anything, and the run after it as well. */
  @Test
  void runsThatLeftNothingButTheirLockGetTheirRows() throws IOException {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, CAST(NULL AS STRING))");
    StateFolder state = new StateFolder(pipeline.state, "posts", new Configuration());
    Path file = Path.of(state.lock());
    Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    kill(state, "first");
    kill(state, "second");
    Instant end = Files.getLastModifiedTime(file).toInstant();
    assertThat(Files.readString(file)).contains("first", "second");
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    List<Row> rows = pipeline.table("runs").orderBy("started").collectAsList();
    assertThat(rows)
        .extracting(row -> row.getAs("run_id") + " " + row.getAs("status"))
        .hasSize(3)
        .startsWith("first died", "second died");
    assertThat(rows.subList(0, 2))
        .allSatisfy(
            row -> {
              assertThat(row.<Timestamp>getAs("started").toInstant()).isBetween(start, end);
              assertThat(row.<Timestamp>getAs("ended").toInstant()).isBetween(start, end);
              assertThat(row.<Long>getAs("requests")).isZero();
              assertThat(row.<Integer>getAs("exit_code")).isEqualTo(137);
              assertThat(row.<String>getAs("error"))
                  .isEqualTo("Found dead by run " + pipeline.lastRun().getAs("run_id") + ".");
            });
    assertThat(pipeline.run().code()).isZero();
    assertThat(pipeline.table("runs").count()).as("told once").isEqualTo(4);
  }

  /** Leaves the lock of a run as a process leaves it that is killed. */
  private static void kill(StateFolder state, String run) throws IOException {
    Path file = Path.of(state.lock());
    RunLock lock = RunLock.take(state, run, RunLock.Patience.FAIL, lost -> {}, message -> {});
    String content = Files.readString(file);
    lock.close();
    String own = "\"pid\":" + ProcessHandle.current().pid();
    assertThat(content).contains(own);
    Files.writeString(file, content.replace(own, "\"pid\":2147483647"));
  }

  @Test
  void theLockIsHeldUntilTheRunHasItsRow() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, CAST(NULL AS STRING))");
    Path lock = Path.of(pipeline.state, "posts", "lock");
    Set<Boolean> held = ConcurrentHashMap.newKeySet();
    SmallDisk.watch(
        path -> {
          if (path.contains("/runs/")) {
            held.add(Files.exists(lock));
          }
        });
    assertThat(pipeline.run().code()).isZero();
    assertThat(held).containsExactly(true);
    assertThat(lock).doesNotExist();
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
        RunLock.take(state, "mine", RunLock.Patience.FAIL, lost -> {}, message -> {})) {
      assertThat(lock).isNotNull();
      return "taken";
    } catch (io.sparkllama.jobs.JobException e) {
      return e.ending().name();
    }
  }
}
