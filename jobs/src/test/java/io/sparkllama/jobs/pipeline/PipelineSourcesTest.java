package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways in which a run learns what has changed. */
class PipelineSourcesTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @Test
  void aChangeDataFeedNamesTheRows() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .posts("(1, 'a day')", "(2, 'a night')", "(3, 'a week')", "(4, 'a year')");
    sql(pipeline, "ALTER TABLE delta.`%s` SET TBLPROPERTIES (delta.enableChangeDataFeed = true)");
    assertThat(pipeline.run().code()).isZero();
    assertRows(pipeline, 4, 4, 0, 0);
    sql(pipeline, "UPDATE delta.`%s` SET text = 'a month' WHERE id = 2");
    sql(pipeline, "DELETE FROM delta.`%s` WHERE id = 3");
    sql(pipeline, "INSERT INTO delta.`%s` VALUES (5, 'an hour')");
    assertThat(pipeline.run().code()).isZero();
    assertRows(pipeline, 2, 1, 1, 1);
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactly("1 a day", "2 a month", "4 a year", "5 an hour");
    assertThat(pipeline.run().code()).isZero();
    assertRows(pipeline, 0, 0, 0, 0);
    assertThat(pipeline.run("--full").code()).isZero();
    assertRows(pipeline, 4, 0, 0, 0);
    assertThat(pipeline.with("max_words: 5", "max_words: 6").run().code()).isZero();
    assertRows(pipeline, 4, 0, 4, 0);
  }

  private static void sql(PipelineFixture pipeline, String statement) {
    PipelineFixture.session().sql(statement.formatted(pipeline.posts));
  }

  @Test
  void aStreamGivesWhatIsNew() throws IOException {
    Files.createDirectories(folder.resolve("posts"));
    PipelineFixture pipeline =
        new PipelineFixture(folder).with("format: delta", "format: json\n  stream: true");
    line("1.json", "{\"id\": 1, \"text\": \"a day\"}\n{\"id\": 2, \"text\": \"a night\"}");
    assertPlan(pipeline, "2 2 0 0", "4 0");
    assertThat(Path.of(pipeline.state)).as("a plan leaves nothing").doesNotExist();
    TestOutput first = pipeline.run();
    assertThat(first.code()).as(first.err()).isZero();
    assertRows(pipeline, 2, 2, 0, 0);
    line("2.json", "{\"id\": 2, \"text\": \"a week\"}\n{\"id\": 3, \"text\": \"a year\"}");
    assertPlan(pipeline, "2 1 1 0", "4 0");
    assertThat(pipeline.run().code()).isZero();
    assertPlan(pipeline, "0 0 0 0", "0 0");
    assertRows(pipeline, 2, 1, 1, 0);
    assertThat(pipeline.lastRun().<Long>getAs("requests")).isEqualTo(4);
    assertThat(pipeline.run().code()).isZero();
    assertRows(pipeline, 0, 0, 0, 0);
    // As if the process had ended between the sink's commit and the checkpoint's.
    Path commits = Path.of(pipeline.state, "posts", "checkpoint", "commits");
    Files.delete(commits.resolve("1"));
    Files.deleteIfExists(commits.resolve(".1.crc"));
    assertThat(pipeline.run().code()).isZero();
    assertRows(pipeline, 2, 0, 0, 0);
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactly("1 a day", "2 a week", "3 a year");
  }

  private static void assertPlan(PipelineFixture pipeline, String rows, String answers) {
    TestOutput plan = pipeline.command("plan");
    assertThat(plan.code()).as(plan.err()).isZero();
    List<String> lines =
        plan.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    assertThat(lines.get(lines.indexOf("rows read new changed deleted") + 1)).isEqualTo(rows);
    assertThat(lines.get(lines.indexOf("answers to ask reused") + 1)).isEqualTo(answers);
  }

  private void line(String name, String content) throws IOException {
    Files.writeString(folder.resolve("posts").resolve(name), content);
  }

  private static void assertRows(
      PipelineFixture pipeline, long read, long added, long changed, long deleted) {
    var run = pipeline.lastRun();
    assertThat(
            java.util.List.of(
                run.<Long>getAs("rows_read"),
                run.<Long>getAs("rows_added"),
                run.<Long>getAs("rows_changed"),
                run.<Long>getAs("rows_deleted")))
        .containsExactly(read, added, changed, deleted);
  }
}
