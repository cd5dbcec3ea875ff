package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that another pipeline, or the same over another table, has paid for. */
class PipelineReuseTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @Test
  void aPipelineTakesTheAnswersOfAnotherWhenAsked() throws IOException {
    PipelineFixture first =
        new PipelineFixture(Files.createDirectories(folder.resolve("first")))
            .posts("(1, 'a day')", "(2, 'a night')");
    TestOutput paid = first.run();
    assertThat(paid.code()).as(paid.err()).isZero();
    String payer = first.lastRun().getAs("run_id");

    PipelineFixture second =
        new PipelineFixture(Files.createDirectories(folder.resolve("second")))
            .with("name: posts", "name: others")
            .with("state: " + first.state + "\nreuse: true\n")
            .posts("(7, 'a night')", "(8, 'a year')");
    long before = PipelineFixture.requests();
    TestOutput planned = second.command("plan");
    assertThat(planned.out().lines().filter(line -> line.strip().matches("2 +2"))).hasSize(1);
    TestOutput shared = second.run();
    assertThat(shared.code()).as(shared.err()).isZero();
    assertThat(PipelineFixture.requests() - before).as("two steps of one row").isEqualTo(2);
    Row run = first.lastRun();
    assertThat(run.<String>getAs("pipeline")).isEqualTo("others");
    assertThat(run.<Long>getAs("answers_reused")).isEqualTo(2);
    assertThat(run.<Long>getAs("requests")).isEqualTo(2);
    Row reused = second.sinkRows().get(0);
    assertThat(reused.<String>getAs("sentiment"))
        .isEqualTo(first.sinkRows().get(1).<String>getAs("sentiment"));
    assertThat(payers(reused)).as("who paid").containsExactly(payer, payer);
    assertThat(provenance(reused).<String>getAs("run_id")).isEqualTo(run.getAs("run_id"));
    assertThat(payers(second.sinkRows().get(1)))
        .containsExactly(run.<String>getAs("run_id"), run.<String>getAs("run_id"));
    assertThat(second.command("explain-row", "--key", "7").out())
        .contains("answered by run  " + payer)
        .contains(", reused");

    PipelineFixture third =
        new PipelineFixture(Files.createDirectories(folder.resolve("third")))
            .with("name: posts", "name: third")
            .with("state: " + first.state + "\n")
            .posts("(9, 'a night')");
    before = PipelineFixture.requests();
    assertThat(third.run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).as("nobody said reuse").isEqualTo(2);
    assertThat(payers(third.sinkRows().get(0))).doesNotContain(payer);
  }

  @Test
  void aPipelineTakesItsOwnAnswersOverAnotherTable() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')", "(2, NULL)");
    assertThat(pipeline.run().code()).isZero();
    String payer = pipeline.lastRun().getAs("run_id");
    String elsewhere = folder.resolve("elsewhere").toString();
    PipelineFixture.session()
        .sql(
            "CREATE TABLE delta.`"
                + elsewhere
                + "` USING delta AS SELECT 5 AS id, 'a day' AS text");
    pipeline
        .with("path: " + pipeline.posts, "path: " + elsewhere)
        .with("path: " + pipeline.sink, "path: " + elsewhere + "-sink")
        .with("state: " + pipeline.state + "\n");
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(PipelineFixture.requests() - before).isZero();
    Row row = PipelineFixture.session().read().format("delta").load(elsewhere + "-sink").first();
    assertThat(row.<Integer>getAs("id")).isEqualTo(5);
    assertThat(row.<String>getAs("sentiment"))
        .isEqualTo(pipeline.sinkRows().get(0).<String>getAs("sentiment"));
    assertThat(payers(row)).containsExactly(payer, payer);
  }

  private static Row provenance(Row row) {
    return row.getAs("_llama");
  }

  /** Runs that were given the answers. */
  private static java.util.List<String> payers(Row row) {
    Row steps = provenance(row).getAs("steps");
    return java.util.List.of(
        steps.getStruct(0).<String>getAs("run_id"), steps.getStruct(1).<String>getAs("run_id"));
  }
}
