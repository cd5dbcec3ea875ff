package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a pipeline over a table that changes. */
class PipelineRunTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @Test
  void eachRowIsAnsweredOnceAndFollowsTheSource() {
    PipelineFixture pipeline =
        new PipelineFixture(folder).posts("(1, 'a good day')", "(2, 'a bad day')", "(3, NULL)");
    long before = PipelineFixture.requests();
    TestOutput first = pipeline.run();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(PipelineFixture.requests() - before).isEqualTo(4);
    List<Row> rows = pipeline.sinkRows();
    assertThat(rows).extracting(row -> row.getInt(0)).containsExactly(1, 2, 3);
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("id", "text", "sentiment", "summary", "_llama");
    assertThat(rows.get(0).<String>getAs("sentiment")).isIn("positive", "negative", "neutral");
    assertThat(rows.get(2).<String>getAs("sentiment")).isNull();
    assertFigures(pipeline, 3, 3, 0, 0, 4, 0);

    before = PipelineFixture.requests();
    assertThat(pipeline.run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).as("nothing changed").isZero();
    assertFigures(pipeline, 3, 0, 0, 0, 0, 0);

    pipeline.posts("(1, 'a good day')", "(2, 'a better day')", "(4, 'a new day')");
    before = PipelineFixture.requests();
    assertThat(pipeline.run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).as("two steps of two rows").isEqualTo(4);
    assertFigures(pipeline, 3, 1, 1, 1, 4, 0);
    assertThat(pipeline.sinkRows()).extracting(row -> row.getInt(0)).containsExactly(1, 2, 4);
    assertThat(pipeline.sinkRows().get(1).<String>getAs("text")).isEqualTo("a better day");
  }

  @Test
  void aChangedOptionAsksThatStepAlone() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')", "(2, 'a night')");
    assertThat(pipeline.run().code()).isZero();
    long before = PipelineFixture.requests();
    assertThat(pipeline.with("max_words: 5", "max_words: 9").run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).isEqualTo(2);
    assertFigures(pipeline, 2, 0, 2, 0, 2, 2);
  }

  @Test
  void aTextIsAskedAboutOnceWhateverIsBesideIt() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("sentiment\n    input: text", "sentiment\n    input: title");
    pipeline.write(
        PipelineFixture.session()
            .sql(
                "SELECT * FROM VALUES (1, 'news', 'a day'), (2, 'news', 'a night'), (3, 'more', 'a"
                    + " night'), (4, 'news', NULL) AS v(id, title, text)"),
        "overwrite");
    TestOutput planned = pipeline.command("plan");
    assertThat(planned.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .as("to ask, reused")
        .contains("4 0");
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(PipelineFixture.requests() - before).as("two titles and two texts").isEqualTo(4);
    assertFigures(pipeline, 4, 4, 0, 0, 4, 0);
    List<Row> rows = pipeline.sinkRows();
    assertThat(rows).extracting(row -> row.<String>getAs("sentiment")).doesNotContainNull();
    assertThat(rows.subList(0, 3))
        .extracting(row -> row.<String>getAs("summary"))
        .doesNotContainNull();
    assertThat(rows.get(3).<String>getAs("summary")).isNull();
  }

  @Test
  void aStepReadsTheColumnOfAnotherAndFilesAreASource() throws IOException {
    Files.writeString(
        folder.resolve("posts"),
        "{\"id\": 1, \"text\": \"a day\"}\n{\"id\": 2, \"text\": \"a night\"}\n");
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("format: delta", "format: json")
            .with(
                "function: summarize\n    input: text",
                "function: summarize\n    input: sentiment");
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    Row row = pipeline.sinkRows().get(0);
    String expected =
        PipelineFixture.session()
            .sql(
                "SELECT llama_summarize(llama_sentiment('a day', model => '%1$s'), max_words => 5, max_tokens => 6, model => '%1$s')"
                    .formatted(PipelineFixture.MODEL))
            .first()
            .getString(0);
    assertThat(row.<String>getAs("summary")).isEqualTo(expected);
    Row provenance = row.getStruct(row.fieldIndex("_llama")).getAs("steps");
    assertThat(provenance.getStruct(1).<String>getAs("task")).isEqualTo("summarize");
    assertThat(provenance.getStruct(1).<Integer>getAs("prompt_tokens")).isPositive();
  }

  @Test
  void validateTellsMistakesWithTheirLines() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')");
    TestOutput right = pipeline.command("validate");
    assertThat(right.code()).as(right.err()).isZero();
    assertThat(right.out()).contains("sentiment  llama_sentiment over text: STRING", "is valid");
    TestOutput wrong =
        pipeline
            .with("key: id", "key: ids")
            .with("function: sentiment", "function: sentimant")
            .with("max_words: 5", "max_wrods: 5")
            .command("validate");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("pipeline.yaml:6:6: found key ids, which is no column; ")
        .contains("Did you mean id?")
        .contains("pipeline.yaml:9:15: found unknown function llama_sentimant")
        .contains("Did you mean llama_sentiment?")
        .contains(
            "pipeline.yaml:14:14: Invalid call of llama_try_summarize: found an unknown argument"
                + " max_wrods")
        .doesNotContain("\tat ");
    assertThat(Path.of(pipeline.state)).doesNotExist();
  }

  @Test
  void keysTellRowsApart() {
    PipelineFixture pipeline =
        new PipelineFixture(folder).posts("(1, 'a')", "(1, 'b')", "(NULL, 'c')");
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "pipeline.yaml:6:6: Cannot tell rows apart by id: found 1 keys of more than one row and"
                + " 1 rows with NULL");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
    assertThat(pipeline.lastRun().<String>getAs("status")).isEqualTo("failed");
  }

  private static void assertFigures(
      PipelineFixture pipeline,
      long read,
      long added,
      long changed,
      long deleted,
      long asked,
      long reused) {
    Row run = pipeline.lastRun();
    assertThat(run.<String>getAs("status")).isEqualTo("done");
    assertThat(
            List.of(
                run.<Long>getAs("rows_read"),
                run.<Long>getAs("rows_added"),
                run.<Long>getAs("rows_changed"),
                run.<Long>getAs("rows_deleted"),
                run.<Long>getAs("answers_asked"),
                run.<Long>getAs("requests"),
                run.<Long>getAs("answers_reused")))
        .containsExactly(read, added, changed, deleted, asked, asked, reused);
  }
}
