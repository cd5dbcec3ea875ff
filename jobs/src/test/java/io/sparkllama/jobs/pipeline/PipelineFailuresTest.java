package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.SmallDisk;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong outside: an error that says what, the sink as it was, and a clean next run. */
class PipelineFailuresTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @AfterEach
  void leaveRoom() {
    SmallDisk.leave(Long.MAX_VALUE);
  }

  @Test
  void theSinkStaysAsItWasAndTheNextRunIsClean() throws IOException {
    Path model = copy(Path.of(PipelineFixture.MODEL), folder.resolve("model"));
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("model: " + PipelineFixture.MODEL, "model: " + model)
            .posts("(1, 'a day')", "(2, 'a night')");
    TestOutput first = pipeline.run();
    assertThat(first.code()).as(first.err()).isZero();
    List<Row> before = pipeline.sinkRows();
    pipeline.posts("(1, 'a day')", "(2, 'a week')", "(3, 'a year')");

    Path source = Path.of(pipeline.posts);
    Files.move(source, folder.resolve("away"));
    assertFailure(pipeline, before, "pipeline.yaml:4:3: Cannot read " + pipeline.posts);
    Files.move(folder.resolve("away"), source);

    Path graph = model.resolve("model.onnx");
    Files.move(graph, folder.resolve("model.onnx"));
    assertFailure(pipeline, before, "pipeline.yaml:2:8:", "model.onnx");
    Files.move(folder.resolve("model.onnx"), graph);

    for (long room : new long[] {0, 3000, 12_000, 30_000}) {
      SmallDisk.leave(room);
      assertFailure(pipeline, before, "No space left on device");
      SmallDisk.leave(Long.MAX_VALUE);
    }

    TestOutput next = pipeline.run();
    assertThat(next.code()).as(next.err()).isZero();
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactly("1 a day", "2 a week", "3 a year");
  }

  private static void assertFailure(
      PipelineFixture pipeline, List<Row> before, String... messages) {
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.err()).contains(messages).doesNotContain("\tat ");
    assertThat(pipeline.sinkRows()).isEqualTo(before);
  }

  @Test
  void aSinkOfSomethingElseIsRefused() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')");
    PipelineFixture.session()
        .sql("CREATE TABLE delta.`" + pipeline.sink + "` USING delta AS SELECT 1 AS id");
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "pipeline.yaml:16:3: Cannot write "
                + pipeline.sink
                + ": found a table without column _llama");
  }

  @Test
  void aSinkOfAnotherTypeIsRefusedBeforeAnythingIsAsked() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')");
    PipelineFixture.session()
        .sql(
            "CREATE TABLE delta.`"
                + pipeline.sink
                + "` (id INT, text INT, _llama STRUCT<source_hash: STRING>) USING delta");
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("Cannot write column text", "found type INT in the table, expected STRING");
    assertThat(pipeline.lastRun().<Long>getAs("requests")).isZero();
  }

  @Test
  void newColumnsAndStepsComeToTheSink() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')");
    assertThat(pipeline.run().code()).isZero();
    pipeline.write(
        PipelineFixture.session().sql("SELECT 1 AS id, 'a day' AS text, 7 AS likes"), "overwrite");
    TestOutput run =
        pipeline
            .with(
                "steps:", "steps:\n  - column: tokens\n    function: count_tokens\n    input: text")
            .run();
    assertThat(run.code()).as(run.err()).isZero();
    Row row = pipeline.sinkRows().get(0);
    assertThat(row.<Integer>getAs("likes")).isEqualTo(7);
    assertThat(row.<Integer>getAs("tokens")).isPositive();
    assertThat(pipeline.lastRun().<Long>getAs("answers_asked"))
        .as("the new step alone")
        .isEqualTo(1);
    Row provenance = row.<Row>getAs("_llama").getAs("steps");
    assertThat(provenance.<Row>getAs("tokens").<String>getAs("task")).isEqualTo("count_tokens");
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }
}
