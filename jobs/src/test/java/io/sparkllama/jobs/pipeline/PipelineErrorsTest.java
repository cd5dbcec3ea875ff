package io.sparkllama.jobs.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot be answered. */
class PipelineErrorsTest {

  private static final String ONE_STEP =
      "  - column: summary\n    function: summarize\n    input: text\n    options: {max_words: 5, max_tokens: 6}\n";

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  /** Rows of which one in a thousand has a text that does not fit. */
  private PipelineFixture posts(int rows, int oneIn) {
    PipelineFixture pipeline = new PipelineFixture(folder).with(ONE_STEP, "");
    pipeline.write(texts(rows, oneIn), "overwrite");
    return pipeline;
  }

  private static Dataset<Row> texts(int rows, int oneIn) {
    return PipelineFixture.session()
        .range(rows)
        .selectExpr(
            "id",
            "if(id %% %d = 7, concat(id, repeat(' word', 5000)), concat('post ', id)) AS text"
                .formatted(oneIn));
  }

  @Test
  void poisonRowsAreInQuarantineAndTheRestIsComplete() {
    PipelineFixture pipeline = posts(2000, 1000);
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(pipeline.sinkRows()).hasSize(1998);
    assertThat(pipeline.sinkRows()).allMatch(row -> row.getAs("sentiment") != null);
    assertQuarantine(pipeline, 1, "{\"id\":7}", "{\"id\":1007}");

    long before = PipelineFixture.requests();
    assertThat(pipeline.run().code()).as("nothing is asked again").isZero();
    assertThat(pipeline.lastRun().<Long>getAs("requests")).isZero();
    assertThat(pipeline.run("--retry-quarantined").code()).isEqualTo(3);
    assertThat(pipeline.lastRun().<Long>getAs("answers_asked")).isEqualTo(2);
    assertThat(PipelineFixture.requests() - before).as("reach no slot").isZero();
    assertQuarantine(pipeline, 2, "{\"id\":7}", "{\"id\":1007}");

    // One row is mended, one is gone, and one that was answered becomes poison.
    pipeline.write(
        texts(2000, 1000)
            .where("id <> 1007")
            .withColumn(
                "text",
                org.apache.spark.sql.functions.expr(
                    "CASE id WHEN 7 THEN 'mended' WHEN 8 THEN repeat('word ', 5000) ELSE text END")),
        "overwrite");
    assertThat(pipeline.run().code()).isEqualTo(3);
    assertThat(PipelineFixture.requests() - before).isEqualTo(1);
    assertQuarantine(pipeline, 1, "{\"id\":8}");
    assertThat(pipeline.sinkRows()).hasSize(1998);
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.getLong(0))
        .contains(7L)
        .doesNotContain(8L, 1007L);
  }

  private static void assertQuarantine(PipelineFixture pipeline, int attempt, String... keys) {
    List<Row> open = pipeline.table("quarantine").where(col("open")).collectAsList();
    assertThat(open).extracting(row -> row.<String>getAs("key")).containsExactlyInAnyOrder(keys);
    assertThat(open)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("step")).isEqualTo("sentiment");
              assertThat(row.<String>getAs("reason"))
                  .startsWith("Cannot fit the text")
                  .doesNotContain("word ");
              assertThat(row.<Integer>getAs("attempt")).isEqualTo(attempt);
            });
  }

  @Test
  void aRunThatGoesWrongIsStoppedAndTheNextBeginsWithItsAnswers() {
    PipelineFixture pipeline = posts(400, 10).with("max_error_rate: 0.05\n");
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("more than max_error_rate: 0.05 allows");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
    assertThat(pipeline.lastRun().<String>getAs("status")).isEqualTo("failed");

    long known = pipeline.journaled();
    assertThat(known).isPositive();
    long before = PipelineFixture.requests();
    assertThat(pipeline.with("max_error_rate: 0.05\n", "on_error: null\n").run().code())
        .isEqualTo(3);
    assertThat(PipelineFixture.requests() - before).isEqualTo(360 - known);
    assertThat(pipeline.sinkRows()).hasSize(400);
    assertThat(pipeline.sinkRows().stream().filter(row -> row.getAs("sentiment") == null))
        .hasSize(40);
    assertThat(pipeline.journaled()).isZero();
  }

  @Test
  void aFailureEndsTheRunWhenAsked() {
    PipelineFixture pipeline = posts(20, 20).with("on_error: fail\n");
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("on_error: fail").doesNotContain("\tat ");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
  }
}
