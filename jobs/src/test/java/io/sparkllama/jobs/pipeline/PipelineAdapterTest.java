package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that is answered with an adapter of the model's package. */
class PipelineAdapterTest {

  private static final String OPTIONS = "options: {max_words: 5, max_tokens: 6}";
  private static final String LONGER = "options: {max_words: 5, max_tokens: 32}";

  @TempDir private static Path models;
  @TempDir private Path folder;

  private static Path model;

  @BeforeAll
  static void copyModel() throws IOException {
    SharedSession.open();
    model = models.resolve("model");
    copy(TestModel.adaptable(), model);
  }

  @Test
  void anAnswerIsKnownWithItsAdapter() throws IOException {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("model: " + PipelineFixture.MODEL, "model: " + model)
            .with(OPTIONS, LONGER)
            .posts("(1, 'We met by the river.')", "(2, 'a night')");
    TestOutput plain = pipeline.run();
    assertThat(plain.code()).as(plain.err()).isZero();
    List<String> without = summaries(pipeline);
    assertThat(adapters(pipeline)).containsOnly("");

    String adapted = LONGER.replace("}", ", adapter: lora-peft}");
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.with(LONGER, adapted).run();
    assertThat(run.code()).as(run.err() + pipeline.reasons()).isZero();
    assertThat(PipelineFixture.requests() - before).as("the step with it alone").isEqualTo(2);
    assertThat(adapters(pipeline)).containsOnly("lora-peft");
    assertThat(summaries(pipeline))
        .isNotEqualTo(without)
        .containsExactly(summary("We met by the river."), summary("a night"));
    assertThat(pipeline.command("explain-row", "--key", "1").out()).contains("lora-peft");

    before = PipelineFixture.requests();
    assertThat(pipeline.run().code()).isZero();
    assertThat(pipeline.with(adapted, LONGER).run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).as("both are known").isZero();
    assertThat(summaries(pipeline)).isEqualTo(without);

    Path file = model.resolve("adapters/lora-peft.onnx_adapter");
    Files.copy(file, model.resolve("adapters/copy.onnx_adapter"));
    before = PipelineFixture.requests();
    assertThat(pipeline.with(LONGER, adapted.replace("lora-peft", "copy")).run().code()).isZero();
    assertThat(PipelineFixture.requests() - before).as("another adapter").isEqualTo(2);
    assertThat(adapters(pipeline)).containsOnly("copy");
  }

  @Test
  void anAdapterThatTheModelDoesNotCarryIsAMistakeInItsLine() {
    PipelineFixture pipeline =
        new PipelineFixture(folder)
            .with("model: " + PipelineFixture.MODEL, "model: " + model)
            .with(OPTIONS, OPTIONS.replace("}", ", adapter: formal}"))
            .posts("(1, 'a day')");
    TestOutput checked = pipeline.command("validate");
    assertThat(checked.code()).isEqualTo(1);
    assertThat(checked.err())
        .contains(
            "pipeline.yaml:14:53: Cannot read the adapter formal: found no such file, expected a"
                + " name")
        .doesNotContain("\tat ");
  }

  /** A test adds to it. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static List<String> summaries(PipelineFixture pipeline) {
    return pipeline.sinkRows().stream().map(row -> row.<String>getAs("summary")).toList();
  }

  private static List<String> adapters(PipelineFixture pipeline) {
    return pipeline.sinkRows().stream()
        .map(row -> row.<Row>getAs("_llama").<Row>getAs("steps").<Row>getAs("summary"))
        .map(step -> step.<String>getAs("adapter"))
        .toList();
  }

  /** What SQL says with the adapter. */
  private static String summary(String text) {
    return PipelineFixture.session()
        .sql(
            "SELECT llama_summarize('%s', max_words => 5, max_tokens => 32, adapter => 'lora-peft', model => '%s')"
                .formatted(text, model))
        .first()
        .getString(0);
  }
}
