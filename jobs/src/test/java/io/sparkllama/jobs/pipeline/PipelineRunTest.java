package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
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
  void aStepReadsTheColumnOfAnother() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .posts("(1, 'a day')", "(2, 'a night')")
            .with("function: sentiment\n    input: text", "function: sentiment\n    input: summary")
            .with("  - column: sentiment", "  - column: later")
            .with("  - column: summary", "  - column: first");
    TestOutput wrong = pipeline.run();
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("found input summary, which is no column");
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
