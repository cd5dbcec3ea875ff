package io.sparkllama.jobs.pipeline;

import io.sparkllama.jobs.TestOutput;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import scala.util.Properties;

/** A run in a process of its own that is killed at some moment, and what becomes of it. */
final class KilledRun {

  /** What is killed. */
  enum Victim {
    DRIVER("local[2]"),
    EXECUTOR("local-cluster[2,1,1024]"),
    /** The driver, by SIGTERM, which it can answer. */
    DRIVER_BY_SIGNAL("local[2]");

    private final String master;

    Victim(String master) {
      this.master = master;
    }
  }

  /**
   * What was found at the end.
   *
   * @param killedAt requests when it was killed
   * @param requests in all
   * @param rows of the sink
   * @param distinct keys among them
   */
  record Found(long killedAt, long requests, long rows, long distinct) {}

  private static final int SIGTERM = 143;

  private final Path folder;
  private final Path log;
  private final PipelineFixture pipeline;
  private final Victim victim;

  KilledRun(Path folder, long rows, Victim victim) throws IOException {
    this.folder = folder;
    this.log = Files.createDirectories(folder.resolve("requests"));
    this.victim = victim;
    this.pipeline =
        new PipelineFixture(folder)
            .with(
                """
                  - column: summary
                    function: summarize
                    input: text
                    options: {max_words: 5, max_tokens: 6}
                """,
                "");
    pipeline.write(
        PipelineFixture.session()
            .range(rows)
            .selectExpr("id", "concat('post number ', id, ' of the day') AS text"),
        "overwrite");
  }

  /**
   * Kills the run when so many requests have been made, and lets it, or the next one, go on.
   *
   * @param random chooses among executors
   */
  Found at(long requests, Random random) throws IOException, InterruptedException {
    Process child = start();
    while (RequestLog.sum(log) < requests) {
      if (!child.isAlive()) {
        throw new AssertionError("The run ended before it could be killed: " + said());
      }
      Thread.sleep(5);
    }
    long killedAt = RequestLog.sum(log);
    long own = PipelineFixture.requests();
    switch (victim) {
      case DRIVER -> child.destroyForcibly().waitFor();
      case DRIVER_BY_SIGNAL -> terminate(child);
      case EXECUTOR -> {
        List<String> pids = RequestLog.pids(log);
        String pid = pids.get(random.nextInt(pids.size()));
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
        require(child.waitFor(), said());
      }
    }
    if (victim != Victim.EXECUTOR) {
      TestOutput next = pipeline.run();
      require(next.code(), next.err());
    }
    Row counts =
        PipelineFixture.session()
            .read()
            .format("delta")
            .load(pipeline.sink)
            .selectExpr("count(sentiment)", "count(DISTINCT id)")
            .first();
    long all = RequestLog.sum(log) + PipelineFixture.requests() - own;
    return new Found(killedAt, all, counts.getLong(0), counts.getLong(1));
  }

  private void terminate(Process child) throws IOException, InterruptedException {
    child.destroy();
    if (child.waitFor() != SIGTERM) {
      throw new AssertionError("The run ended with code " + child.exitValue() + ": " + said());
    }
    if (Files.exists(Path.of(pipeline.state, "posts", "lock"))) {
      throw new AssertionError("The run did not release its lock: " + said());
    }
  }

  private static void require(int code, String said) {
    if (code != 0) {
      throw new AssertionError("The run ended with code " + code + ": " + said);
    }
  }

  /** How the runs ended, in their order. */
  List<String> endings() {
    return pipeline.table("runs").orderBy("started").collectAsList().stream()
        .map(row -> row.<String>getAs("status"))
        .toList();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("child.log"));
  }

  private Process start() throws IOException {
    String classPath = absolute(System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add") || argument.startsWith("-XX:+Ignore"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            // It ends before it would be worth more.
            "-XX:TieredStopAtLevel=1",
            "-Dspark.master=" + victim.master,
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=4",
            "-Dspark.databricks.delta.snapshotPartitions=2",
            "-Dspark.plugins=" + RequestLog.class.getName(),
            "-D" + RequestLog.FOLDER + "=" + log,
            "-Dspark.executor.extraClassPath=" + classPath,
            "-Dspark.executorEnv.RUST_FLAVOR=cpu",
            "-Dspark.executor.memory=1g",
            "-cp",
            classPath,
            "io.sparkllama.jobs.Main",
            "run",
            pipeline.file().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("RUST_FLAVOR", "cpu");
    builder.environment().put("SPARK_TESTING", "1");
    builder.environment().put("SPARK_HOME", folder.toString());
    // Else a worker looks for it in an installation of Spark.
    builder.environment().put("SPARK_SCALA_VERSION", scalaVersion());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("child.log").toFile()));
    return builder.start();
  }

  private static String scalaVersion() {
    return Properties.versionNumberString().replaceFirst("\\.\\d+$", "");
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
