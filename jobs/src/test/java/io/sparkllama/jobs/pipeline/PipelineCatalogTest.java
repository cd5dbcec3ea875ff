package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Source and sink by their names in the catalog. */
class PipelineCatalogTest {

  @TempDir private Path folder;

  private PipelineFixture pipeline;

  @BeforeEach
  void create() {
    SharedSession.open();
    pipeline = new PipelineFixture(folder);
    sql("CREATE DATABASE nights LOCATION '" + folder.resolve("nights") + "'");
    pipeline
        .with("path: " + pipeline.posts, "table: nights.posts")
        .with("path: " + pipeline.sink, "table: nights.answers");
  }

  @AfterEach
  void drop() {
    sql("DROP DATABASE nights CASCADE");
  }

  @Test
  void tablesOfTheCatalogAreReadAndWritten() {
    sql(
        "CREATE TABLE nights.posts (id INT, text STRING) USING delta TBLPROPERTIES"
            + " (delta.enableChangeDataFeed = true)");
    sql("INSERT INTO nights.posts VALUES (1, 'a day'), (2, 'a night'), (3, 'a week')");
    TestOutput stateless = pipeline.run();
    assertThat(stateless.code()).isEqualTo(1);
    assertThat(stateless.err()).contains("pipeline.yaml:16:3: Missing state, expected a folder");
    pipeline.with("state: " + pipeline.state + "\n");

    assertThat(pipeline.command("plan").code()).isZero();
    TestOutput first = pipeline.run();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(answers()).containsExactly("1 a day", "2 a night", "3 a week");
    sql("UPDATE nights.posts SET text = 'a year' WHERE id = 2");
    sql("DELETE FROM nights.posts WHERE id = 3");
    TestOutput second = pipeline.run();
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(answers()).containsExactly("1 a day", "2 a year");
    Row run = pipeline.lastRun();
    assertThat(run.<Long>getAs("rows_read")).as("by the change data feed").isEqualTo(1);
    assertThat(run.<Long>getAs("answers_asked")).isEqualTo(2);
    assertThat(pipeline.command("explain-row", "--key", "2").out())
        .contains("as the source is now", "written by run   " + run.getAs("run_id"));
    assertThat(pipeline.command("status").out().lines()).hasSize(3);
  }

  @Test
  void aViewIsASource() {
    sql("CREATE TABLE nights.raw USING delta AS SELECT 1 AS id, 'a day' AS text, true AS public");
    sql("CREATE VIEW nights.posts AS SELECT id, text FROM nights.raw WHERE public");
    pipeline.with("state: " + pipeline.state + "\n");
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(answers()).containsExactly("1 a day");
    assertThat(pipeline.run().code()).isZero();
    assertThat(pipeline.lastRun().<Long>getAs("answers_asked")).isZero();
  }

  @Test
  void aTableThatIsNotThereIsAMistakeInItsLine() {
    pipeline.with("state: " + pipeline.state + "\n");
    TestOutput run = pipeline.command("validate");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("pipeline.yaml:4:3: Cannot read nights.posts: ")
        .doesNotContain("\tat ");
  }

  private static List<String> answers() {
    Dataset<Row> rows = PipelineFixture.session().table("nights.answers").orderBy("id");
    assertThat(rows.where("sentiment IS NULL OR summary IS NULL").isEmpty()).isTrue();
    return rows.collectAsList().stream().map(row -> row.get(0) + " " + row.get(1)).toList();
  }

  private static void sql(String statement) {
    PipelineFixture.session().sql(statement);
  }
}
