package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that mask and moderate. */
class PipelineGuardTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  /** A threshold of 0 is reached by every text. */
  @Test
  void aRowThatIsBlockedIsQuarantinedWithTheReason() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with(
                "options: {max_words: 5, max_tokens: 6}",
                "options: {max_words: 5, max_tokens: 6, moderate: block, moderate_threshold: 0,"
                    + " moderate_categories: [hate]}")
            .posts("(1, 'a day')", "(2, 'a night')");
    assertThat(pipeline.run().code()).isEqualTo(3);
    assertThat(pipeline.sinkRows()).isEmpty();
    assertThat(pipeline.table("quarantine").collectAsList())
        .hasSize(2)
        .allSatisfy(
            row ->
                assertThat(row.<String>getAs("reason"))
                    .contains("moderation found hate in the input"));
    pipeline.with("moderate_threshold: 0", "moderate_threshold: 1");
    assertThat(pipeline.run().code()).as("another call, other answers").isZero();
    assertThat(pipeline.sinkRows()).hasSize(2);
  }

  @Test
  void aStepOfRulesAsksNoModel() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("function: summarize", "function: mask")
            .with(
                "options: {max_words: 5, max_tokens: 6}",
                "options: {labels: [email, phone number], region: DE}")
            .posts("(1, 'Ann: ann@example.org, 030 123456')", "(2, 'a night')");
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(PipelineFixture.requests() - before).as("of the other step").isEqualTo(2);
    assertThat(pipeline.sinkRows())
        .extracting(row -> row.<String>getAs("summary"))
        .containsExactly("Ann: [MASKED], [MASKED]", "a night");
    Row step = pipeline.sinkRows().get(0).<Row>getAs("_llama").<Row>getAs("steps").getAs("summary");
    assertThat(step.<String>getAs("task")).isEqualTo("mask_by_rules");
    assertThat(step.<String>getAs("prompt_version")).isEmpty();
  }
}
