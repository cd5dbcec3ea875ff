package io.sparkllama.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that become adapters, and the functions that answer with them. */
class FinetuneCommandTest {

  @TempDir private static Path inputs;
  @TempDir private Path folder;

  private static Path model;
  private Path output;

  /** No rule tells the labels: they have to be learnt one by one. */
  @BeforeAll
  static void makeInputs() throws IOException {
    SparkSession session = SharedSession.open();
    model = TinyFinetune.convert(inputs.resolve("model"));
    session
        .sql(
            """
            SELECT * FROM VALUES ('a red door', 'positive'), ('the long road', 'negative'),
              ('two old cups', 'neutral'), ('rain again', 'positive'), ('my left shoe', 'negative'),
              (NULL, 'neutral'), ('  ', 'neutral') AS t(text, label)
            """)
        .write()
        .format("delta")
        .save(inputs.resolve("labelled").toString());
    session
        .sql(
            """
            SELECT text, CASE label WHEN 'positive' THEN 'wood' WHEN 'negative' THEN 'street' END
              AS label, label AS other FROM delta.`%s` WHERE label <> 'neutral'
            """
                .formatted(inputs.resolve("labelled")))
        .write()
        .parquet(inputs.resolve("classes").toString());
    session
        .sql(
            """
            SELECT prompt, answer, array(named_struct('role', 'user', 'content', prompt),
              named_struct('role', 'assistant', 'content', answer)) AS messages
            FROM VALUES ('one', 'a big house'), ('two', 'three cats') AS t(prompt, answer)
            """)
        .write()
        .format("delta")
        .save(inputs.resolve("answered").toString());
    session
        .sql("SELECT 'x' AS text, 'positive' AS label")
        .limit(0)
        .write()
        .format("delta")
        .save(inputs.resolve("empty").toString());
    session
        .sql("SELECT repeat('word ', 5000) AS text, 'positive' AS label")
        .write()
        .parquet(inputs.resolve("long").toString());
    session
        .sql(
            "SELECT array(named_struct('role', 'user', 'content', 'one')) AS messages, 'SECRET' AS"
                + " text, 'SECRET' AS label")
        .write()
        .parquet(inputs.resolve("odd").toString());
  }

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("mine");
  }

  @Test
  void aDeltaTableBecomesAnAdapterThatSqlUses() {
    TestOutput run = run("labelled", "--task", "sentiment", "--epochs", "40", "--name", "reviews");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("5 to learn from, 0 held out, 2 rows empty")
        .contains("use it by  adapter => 'reviews'");
    assertThat(run.err()).contains("finetune: needs up to");
    assertThat(output)
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/mine.onnx_adapter");
    assertThat(
            sql(
                """
                SELECT text, label, llama_sentiment(text, adapter => 'reviews') FROM delta.`%s`
                WHERE trim(text) <> ''
                """
                    .formatted(inputs.resolve("labelled"))))
        .hasSize(5)
        .allSatisfy(row -> assertThat(row.getString(2)).isEqualTo(row.getString(1)));
    TestOutput again = run("labelled", "--task", "sentiment", "--name", "reviews");
    assertThat(again.err()).contains("the package has one of that name");
  }

  /** By the labels of the rows; the function's calibration does not undo what was learnt. */
  @Test
  void classifyLearnsTheLabelsOfTheRows() {
    TestOutput run = run("classes", "--task", "classify", "--epochs", "40");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            sql(
                """
                SELECT label, llama_classify(text, array('street', 'wood'), adapter => '%s')
                FROM parquet.`%s`
                """
                    .formatted(output.resolve("mine.onnx_adapter"), inputs.resolve("classes"))))
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo(row.getString(0)));
  }

  @ParameterizedTest
  @CsvSource({"--answer-column, answer", "--messages-column, messages"})
  void generateLearnsAnswersToTheirEnd(String option, String column) {
    TestOutput run =
        run(
            "answered",
            "--task",
            "generate",
            option,
            column,
            "--epochs",
            "60",
            "--targets",
            "v,down");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            sql(
                """
                SELECT answer, llama_generate(prompt, max_tokens => 20, adapter => '%s')
                FROM delta.`%s`
                """
                    .formatted(output.resolve("mine.onnx_adapter"), inputs.resolve("answered"))))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo(row.getString(0)));
  }

  @Test
  void longRowsAreLeftOutWhenAsked() throws IOException {
    Path both = folder.resolve("both.jsonl");
    Files.writeString(
        both,
        "{\"text\": \"fine\", \"label\": \"positive\"}\n{\"text\": \"%s\", \"label\": \"positive\"}\n"
            .formatted("word ".repeat(5000)));
    TestOutput run =
        TestOutput.of(
            () ->
                Main.run(
                    TinyFinetune.words(
                        model, both, output, "--task", "sentiment", "--long-text", "skip")));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("1 to learn from").contains("1 too long");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labelled | --task sentiment --text-column body | 1 | Cannot find column body in",
        "answered | --task sentiment --label-column messages | 1 | Cannot find column text",
        "answered | --task generate --answer-column messages | 1 | found type array<struct<",
        "labelled | --task generate --messages-column text | 1 | expected array<struct<role: string",
        "empty | --task sentiment | 1 | found no rows with a text and an answer",
        "labelled | --task sentiment --where false | 1 | found no rows with a text and an answer",
        "empty | --task classify | 1 | found 0 labels, expected at least two",
        "odd | --task sentiment | 1 | found a label that is none of positive, negative, neutral",
        "odd | --task generate --messages-column messages | 1 | does not end with the assistant's",
        "long | --task sentiment | 1 | found 1 rows with more tokens than the model's context",
        "labelled | --task sentiment --targets q,head | 2 | head",
        "labelled | --task mood | 2 | mood",
        "labelled | --task sentiment --held-out 1 | 2 | expected a share from 0 to less than 1",
        "labelled | --task sentiment --rank 9 | 1 | Convert the model with --lora-rank 9",
        "labelled | --task sentiment --rank 0 | 1 | Invalid rank: found 0",
        "labelled | --task sentiment --epochs 1 --minutes 2 | 2 | mutually exclusive",
        "labelled | --task sentiment --name a/b | 1 | Invalid --name a/b",
        "labelled | --task sentiment --resume | 1 | found no state of a run"
      })
  void wrongUseIsExplained(String input, String options, int code, String message) {
    TestOutput run = run(input, options.split(" "));
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).contains(message).doesNotContain("\tat ", "SECRET");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void helpHasAnExample() {
    TestOutput run = TestOutput.of(() -> Main.run("finetune", "--help"));
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Example:").contains("--lora-rank");
  }

  private TestOutput run(String input, String... options) {
    return TestOutput.of(
        () -> Main.run(TinyFinetune.words(model, inputs.resolve(input), output, options)));
  }

  private static List<Row> sql(String query) {
    SparkSession session = SparkSession.active();
    session.conf().set("spark.llama.model", model.toString());
    return session.sql(query).collectAsList();
  }
}
