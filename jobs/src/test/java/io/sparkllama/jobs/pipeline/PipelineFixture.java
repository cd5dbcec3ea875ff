package io.sparkllama.jobs.pipeline;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.jobs.Main;
import io.sparkllama.jobs.TestOutput;
import io.sparkllama.spark.engine.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A pipeline over a Delta table of posts in a folder of its own, run as a shell would. */
final class PipelineFixture {

  static final String MODEL = TestModel.fast().toString();

  final Path folder;
  final String posts;
  final String sink;
  final String state;
  private String yaml;

  PipelineFixture(Path folder) {
    this(folder, folder.toString());
  }

  /**
   * @param folder for the pipeline file
   * @param tables path or URI of the folder for tables
   */
  PipelineFixture(Path folder, String tables) {
    this.folder = folder;
    this.posts = tables + "/posts";
    this.sink = tables + "/sink";
    this.state = sink + ".pipeline";
    this.yaml =
        """
        name: posts
        model: %s
        source:
          format: delta
          path: %s
        key: id
        steps:
          - column: sentiment
            function: sentiment
            input: text
          - column: summary
            function: summarize
            input: text
            options: {max_words: 5, max_tokens: 6}
        sink:
          path: %s
        conf:
          spark.llama.resultCacheBytes: 0
        """
            .formatted(MODEL, posts, sink);
  }

  /** Changes the pipeline file. */
  PipelineFixture with(String found, String replacement) {
    if (!yaml.contains(found)) {
      throw new AssertionError("no '" + found + "' in the pipeline");
    }
    yaml = yaml.replace(found, replacement);
    return this;
  }

  /** Adds lines at the end of the pipeline file. */
  PipelineFixture with(String lines) {
    yaml += lines;
    return this;
  }

  /** Ids and texts as the whole source. */
  PipelineFixture posts(String... rows) {
    write(
        session().sql("SELECT * FROM VALUES " + String.join(", ", rows) + " AS v(id, text)"),
        "overwrite");
    return this;
  }

  void write(Dataset<Row> rows, String mode) {
    rows.coalesce(2)
        .write()
        .format("delta")
        .mode(mode)
        .option("overwriteSchema", mode.equals("overwrite"))
        .save(posts);
  }

  TestOutput run(String... options) {
    return command("run", options);
  }

  /** The pipeline file as it is now. */
  Path file() {
    Path file = folder.resolve("pipeline.yaml");
    try {
      return Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestOutput command(String command, String... options) {
    String[] words = new String[options.length + 2];
    words[0] = command;
    words[1] = file().toString();
    System.arraycopy(options, 0, words, 2, options.length);
    return TestOutput.of(() -> Main.run(words));
  }

  List<Row> sinkRows() {
    return session().read().format("delta").load(sink).orderBy("id").collectAsList();
  }

  Dataset<Row> table(String name) {
    return session().read().format("delta").load(state + "/" + name);
  }

  /** Of the rows in quarantine; none without such rows. */
  List<String> reasons() {
    return Files.isDirectory(Path.of(state, "quarantine"))
        ? table("quarantine").select("reason").distinct().as(Encoders.STRING()).collectAsList()
        : List.of();
  }

  /** Figures of the last run. */
  Row lastRun() {
    return table("runs").orderBy(org.apache.spark.sql.functions.desc("started")).first();
  }

  /** Answers in the journal. */
  long journaled() {
    try (Stream<Path> files = Files.list(Path.of(state, "posts", "journal"))) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .flatMap(PipelineFixture::lines)
          .filter(line -> line.contains("\"error\":null"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Requests that the engines of this process answered so far. */
  static long requests() {
    return Engines.shared().stats().stream().mapToLong(EngineStats::requests).sum();
  }

  static SparkSession session() {
    return SparkSession.active();
  }
}
