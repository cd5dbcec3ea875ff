package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labelled rows that are scored before anything is written. */
class QualityGateTest {

  private static final List<String> LABELS = List.of("positive", "negative", "neutral");

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @Test
  void aModelThatIsWrongTooOftenWritesNothingAndIsNotAskedTwice() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')", "(2, 'a night')");
    String right = answerOf("a day");
    String wrong =
        LABELS.stream().filter(label -> !label.equals(answerOf("bad"))).findFirst().get();
    golden("('a day', '" + right + "')", "('bad', '" + wrong + "')", "(NULL, 'neutral')");
    pipeline.with(
        """
        gate:
          source: {path: %s}
          step: sentiment
          expected: sentiment
          min_accuracy: 0.5
        """
            .formatted(folder.resolve("golden")));
    long before = PipelineFixture.requests();
    TestOutput refused = pipeline.run();
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("Failed to pass the quality gate of posts: accuracy of sentiment is 0.3333")
        .contains("1 of 3, 1 without an answer");
    assertThat(matrixLine(refused, wrong)).contains("1");
    assertThat(refused.out()).contains("expected \\ answered").doesNotContain("a day");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
    assertThat(PipelineFixture.requests() - before).as("the rows with a text").isEqualTo(2);
    Row run = pipeline.lastRun();
    assertThat(run.<String>getAs("status")).isEqualTo("refused");
    assertThat(run.<Integer>getAs("exit_code")).isEqualTo(4);
    assertThat(run.<Long>getAs("requests")).isEqualTo(2);

    before = PipelineFixture.requests();
    TestOutput passed = pipeline.with("min_accuracy: 0.5", "min_accuracy: 0.3").run();
    assertThat(passed.code()).as(passed.err()).isZero();
    assertThat(PipelineFixture.requests() - before)
        .as("two rows by two steps; a golden text that is a row's too is one answer")
        .isEqualTo(3);
    assertThat(pipeline.sinkRows()).hasSize(2);
    assertThat(passed.out()).contains("Quality gate: accuracy of sentiment is 0.3333");

    before = PipelineFixture.requests();
    assertThat(pipeline.with("min_accuracy: 0.3", "min_accuracy: 0.9").run().code()).isEqualTo(4);
    assertThat(PipelineFixture.requests() - before).as("nothing is asked twice").isZero();
  }

  @Test
  void mistakesHaveTheirLines() {
    PipelineFixture pipeline = new PipelineFixture(folder).posts("(1, 'a day')");
    golden("('a day', 'positive')", "('a night', NULL)");
    pipeline.with(
        """
        gate:
          source: {path: %s}
          step: sentimant
          expected: label
          min_accuracy: 0.5
        """
            .formatted(folder.resolve("golden")));
    assertThat(pipeline.command("validate").err())
        .contains("pipeline.yaml:21:9: found sentimant, which is no step; ")
        .contains("Did you mean sentiment?");
    assertThat(pipeline.with("sentimant", "sentiment").command("validate").err())
        .contains("pipeline.yaml:22:13: found no column label in ")
        .contains("expected one of sentiment, text.");
    assertThat(pipeline.with("expected: label", "expected: sentiment").command("validate").code())
        .isZero();
    TestOutput unlabelled = pipeline.run();
    assertThat(unlabelled.code()).isEqualTo(1);
    assertThat(unlabelled.err())
        .contains("found 2 labelled rows, 1 of them without a right answer");
  }

  private void golden(String... rows) {
    PipelineFixture.session()
        .sql("SELECT * FROM VALUES " + String.join(", ", rows) + " AS v(text, sentiment)")
        .write()
        .format("delta")
        .mode("overwrite")
        .save(folder.resolve("golden").toString());
  }

  private static String answerOf(String text) {
    return PipelineFixture.session()
        .sql("SELECT llama_sentiment('%s', model => '%s')".formatted(text, PipelineFixture.MODEL))
        .first()
        .getString(0);
  }

  /** The numbers of a right label. */
  private static String matrixLine(TestOutput run, String label) {
    return Stream.of(run.out().split("\n"))
        .filter(line -> line.startsWith(label))
        .findFirst()
        .orElse("");
  }
}
