package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import io.sparkllama.jobs.pipeline.state.RunLock;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model, source, sink and state on S3A. */
class PipelineS3Test {

  private static final String ROOT = "s3a://" + S3Double.BUCKET;

  @TempDir private static Path folder;

  private static S3Double s3;
  private static Configuration hadoop;

  @BeforeAll
  static void start() throws Exception {
    hadoop = SharedSession.open().sparkContext().hadoopConfiguration();
    s3 = S3Double.start(folder);
    s3.settings().forEach(hadoop::set);
  }

  @AfterAll
  static void stop() {
    s3.close();
    s3.settings().keySet().forEach(hadoop::unset);
  }

  @Test
  void everythingMayBeOnS3() throws Exception {
    FileSystem files = new org.apache.hadoop.fs.Path(ROOT).getFileSystem(hadoop);
    // Not copyFromLocalFile: that of S3A in Hadoop 3.4.1, which Spark 4.0 has, knows no file: URIs.
    FileUtil.copy(
        FileSystem.getLocal(hadoop),
        new org.apache.hadoop.fs.Path(PipelineFixture.MODEL),
        files,
        new org.apache.hadoop.fs.Path(ROOT + "/model"),
        false,
        hadoop);
    PipelineFixture pipeline =
        new PipelineFixture(folder, ROOT + "/tables")
            .with("model: " + PipelineFixture.MODEL, "model: " + ROOT + "/model")
            .with("conf:", "conf:\n  spark.llama.cacheDir: " + folder.resolve("cache"))
            .posts("(1, 'a day')", "(2, 'a night')", "(3, repeat('word ', 5000))");
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(pipeline.sinkRows()).hasSize(2).allMatch(row -> row.getAs("sentiment") != null);
    assertThat(pipeline.table("quarantine").count()).isEqualTo(1);
    pipeline.posts("(1, 'a day')", "(2, 'a week')");
    assertThat(pipeline.run().code()).isZero();
    assertThat(pipeline.lastRun().<Long>getAs("answers_asked")).isEqualTo(2);
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactly("1 a day", "2 a week");
    assertThat(files.exists(new org.apache.hadoop.fs.Path(pipeline.state + "/posts/lock")))
        .isFalse();
  }

  /** By a conditional write, without which two that look at the same time both find nothing. */
  @Test
  void oneOfManyRunsGetsTheLock() throws Exception {
    assumeThat(VersionInfo.getVersion()).as("knows no conditional writes").isNotEqualTo("3.4.1");
    StateFolder state = new StateFolder(ROOT + "/many", "posts", hadoop);
    int runs = 8;
    ExecutorService threads = Executors.newFixedThreadPool(runs);
    List<Callable<Boolean>> takers =
        IntStream.range(0, runs)
            .<Callable<Boolean>>mapToObj(i -> () -> isTaken(state, "run-" + i))
            .toList();
    int taken = 0;
    for (Future<Boolean> taker : threads.invokeAll(takers)) {
      taken += taker.get() ? 1 : 0;
    }
    threads.shutdown();
    assertThat(taken).isEqualTo(1);
  }

  /** Its lock stays. */
  private static boolean isTaken(StateFolder state, String run) {
    try {
      RunLock.take(state, run, RunLock.Patience.FAIL, lost -> {}, message -> {});
      return true;
    } catch (JobException e) {
      assertThat(e).hasMessageContaining("Cannot run pipeline posts: run run-");
      return false;
    }
  }
}
