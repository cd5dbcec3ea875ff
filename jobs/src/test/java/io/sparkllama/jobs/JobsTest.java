package io.sparkllama.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a shell runs them, but in one process. */
class JobsTest {

  private static final String MODEL =
      Path.of(System.getProperty("fixtures"), "tiny-llama3", "genai-int4").toString();

  @TempDir private static Path inputs;
  @TempDir private Path folder;

  private String output;

  /** What a command said. */
  @BeforeAll
  static void makeInputs() throws IOException {
    Files.writeString(
        inputs.resolve("posts.jsonl"),
        """
        {"id": 1, "text": "what a good day"}
        {"id": 2, "text": null}
        {"id": 3, "text": "what a bad day"}
        """);
    Files.writeString(inputs.resolve("posts.csv"), "id,text\n1,\"a, b\nc\"\n2,d\n3,e\n");
    Files.writeString(
        inputs.resolve("long.jsonl"),
        "{\"text\": \"fine\"}\n{\"text\": \"" + "word ".repeat(5000) + "\"}\n");
    SparkSession session = SharedSession.open();
    Dataset<Row> posts = session.read().json(inputs.resolve("posts.jsonl").toString());
    posts.write().parquet(inputs.resolve("parquet").toString());
    posts.write().format("delta").save(inputs.resolve("delta").toString());
  }

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("table").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"posts.jsonl", "posts.csv", "parquet", "delta"})
  void readsEachFormatAndWritesDelta(String input) {
    TestOutput run = run("sentiment", "--input", inputs.resolve(input).toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("rows     3").contains("errors   0").contains(output);
    List<Row> rows = table();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("id", "text", "sentiment", "error");
    assertThat(rows)
        .allSatisfy(
            row -> {
              Object answer = row.getAs("sentiment");
              if (row.isNullAt(1)) {
                assertThat(answer).isNull();
              } else {
                assertThat(answer).isIn("positive", "negative", "neutral");
              }
            });
  }

  @Test
  void anEmptyTableGivesAnEmptyTable() {
    SparkSession session = SparkSession.active();
    String empty = inputs.resolve("empty").toString();
    session.read().parquet(inputs.resolve("parquet").toString()).limit(0).write().parquet(empty);
    TestOutput run = run("sentiment", "--input", empty);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("rows     0").contains("errors   0");
    assertThat(table()).isEmpty();
  }

  @Test
  void eachTaskHasItsCommand() {
    String input = inputs.resolve("posts.jsonl").toString();
    assertThat(run("summarize", "--input", input, "--max-words", "8").code()).isZero();
    assertThat(
            run("translate", "--input", input, "--language", "French", "--mode", "overwrite")
                .code())
        .isEqualTo(1);
    output = folder.resolve("translations").toString();
    assertThat(run("translate", "--input", input, "--language", "French").code()).isZero();
    output = folder.resolve("answers").toString();
    assertThat(
            run("generate", "--input", input, "--max-tokens", "4", "--output-column", "a").code())
        .isZero();
    assertThat(table().get(0).schema().fieldNames()).contains("a");
  }

  @Test
  void printsRowsWhenAsked() {
    TestOutput run =
        run("sentiment", "--input", inputs.resolve("posts.jsonl").toString(), "--show", "3");
    assertThat(run.out()).contains("what a good day").contains("NULL");
  }

  @Test
  void rowsThatCannotBeAnsweredAreKeptWithTheReason() {
    TestOutput run = run("sentiment", "--input", inputs.resolve("long.jsonl").toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("errors   1");
    assertThat(table())
        .filteredOn(row -> row.getAs("sentiment") == null)
        .singleElement()
        .satisfies(
            row -> assertThat((String) row.getAs("error")).startsWith("Cannot fit the text"));
  }

  @Test
  void rowsThatCannotBeAnsweredFailTheJobWhenAsked() {
    TestOutput run =
        run("sentiment", "--input", inputs.resolve("long.jsonl").toString(), "--on-error", "fail");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("Cannot fit the text");
    assertThat(Path.of(output)).doesNotExist();
  }

  @Test
  void anOutputThatIsThereIsLeftAloneUnlessToldOtherwise() {
    String input = inputs.resolve("posts.jsonl").toString();
    assertThat(run("sentiment", "--input", input).code()).isZero();
    TestOutput again = run("sentiment", "--input", input);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("it is there already");
    assertThat(run("sentiment", "--input", input, "--mode", "append").code()).isZero();
    assertThat(table()).hasSize(6);
    assertThat(run("sentiment", "--input", input, "--mode", "overwrite").code()).isZero();
    assertThat(table()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sentiment --input nowhere.jsonl | 1 | there is no such file",
        "sentiment --input posts.jsonl --text-column body | 1 | Cannot find column body",
        "sentiment --input posts.jsonl --text-column id | 1 | found type bigint, expected string",
        "sentiment --input posts.jsonl --output-column TEXT | 1 | has one of that name",
        "translate --input posts.jsonl --language klingon | 1 | found klingon, expected one of",
        "sentiment --input posts.jsonl --model /nowhere | 1 | /nowhere",
        "translate --input posts.jsonl | 2 | --language",
        "sentiment | 2 | --input",
        "feelings | 2 | feelings"
      })
  void wrongUseIsExplained(String line, int code, String message) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.replaceAll(word -> word.endsWith(".jsonl") ? inputs.resolve(word).toString() : word);
    TestOutput run = run(words.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(Path.of(output)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sentiment", "summarize", "translate", "generate"})
  void helpHasAnExample(String command) {
    TestOutput run = capture(command, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Example:").contains("--input");
  }

  private TestOutput run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--model")) {
      all.addAll(List.of("--model", MODEL));
    }
    all.addAll(List.of("--output", output));
    return capture(all.toArray(String[]::new));
  }

  private static TestOutput capture(String... words) {
    return TestOutput.of(() -> Main.run(words));
  }

  private List<Row> table() {
    return SparkSession.active().read().format("delta").load(output).collectAsList();
  }
}
