package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that mask. */
class PipelineGuardTest {

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
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
