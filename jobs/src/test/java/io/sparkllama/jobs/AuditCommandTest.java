package io.sparkllama.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a shell runs it. */
class AuditCommandTest {

  private static final String MODEL =
      Path.of(System.getProperty("fixtures"), "tiny-llama3", "genai-int4").toString();

  private static final String AUDIT =
      """
      function: classify
      options: {labels: [red, green, blue]}
      attributes:
        - name: person
          templates: ["{term} came in.", "I saw {term} at the river.", "{term} is {term}."]
          groups:
            one: [Ann, Bea, Cleo, Dora, Eve, Fay]
            other: [Abe, Bob, Carl, Dan, Eric, Fred]
      """;

  private static SparkSession session;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    session = SharedSession.open();
  }

  private TestOutput audit(String yaml, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("audit.yaml"), yaml);
    String[] words = new String[options.length + 4];
    System.arraycopy(new String[] {"audit", file.toString(), "--model", MODEL}, 0, words, 0, 4);
    System.arraycopy(options, 0, words, 4, options.length);
    return TestOutput.of(() -> Main.run(words));
  }

  private Dataset<Row> table(String name) {
    return session.read().format("delta").load(folder.resolve("out").resolve(name).toString());
  }

  /** Answers are those of the function, and shares those that SQL counts of them. */
  @Test
  void comparesTheAnswersOfAFunction() throws IOException {
    TestOutput run = audit(AUDIT, "--output", folder.resolve("out").toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("36 prompts, 0 without an answer", "pairs of one and other");

    table("answers").createOrReplaceTempView("audited");
    Row wrong =
        session
            .sql(
                "SELECT count(*), count_if(label <> llama_classify(text, array('red', 'green', 'blue')))"
                    + " FROM audited")
            .head();
    assertThat(wrong.getLong(0)).isEqualTo(36);
    assertThat(wrong.getLong(1)).isZero();

    List<Row> differences = table("differences").collectAsList();
    assertThat(differences).isNotEmpty();
    for (Row row : differences) {
      String label = row.getAs("label");
      Row shares =
          session
              .sql(
                  "SELECT avg(if(label = '%s', 1, 0)) FILTER (WHERE group = 'one'), avg(if(label = '%s', 1, 0)) FILTER (WHERE group = 'other') FROM audited"
                      .formatted(label, label))
              .head();
      assertThat(row.<Integer>getAs("pairs")).isEqualTo(18);
      assertThat(row.<Double>getAs("share")).isCloseTo(shares.getDouble(0), within(1e-12));
      assertThat(row.<Double>getAs("other_share")).isCloseTo(shares.getDouble(1), within(1e-12));
      assertThat(row.<Double>getAs("difference"))
          .isCloseTo(shares.getDouble(0) - shares.getDouble(1), within(1e-12))
          .isBetween(row.<Double>getAs("low"), row.<Double>getAs("high"));
    }
  }

  @Test
  void aDifferenceAboveTheLimitHasAnExitCode() throws IOException {
    String yaml =
        AUDIT
            .replace("red, green, blue", "red, sea, day, night, one, two, she, he, it, and")
            .replace("Abe, Bob, Carl", "The king of all rivers, 7 times 12, and and and and");
    TestOutput json = audit(yaml, "--json");
    assertThat(json.code()).as(json.err()).isZero();
    double largest =
        json.out()
            .lines()
            .mapToDouble(AuditCommandTest::difference)
            .map(Math::abs)
            .max()
            .orElseThrow();
    assertThat(largest).as("the test model reads names").isPositive();
    assertThat(audit(yaml, "--max-difference", "" + largest).code()).isZero();
    assertThat(audit(yaml, "--max-difference", "" + largest * 0.99).code()).isEqualTo(6);
  }

  private static double difference(String json) {
    try {
      return new ObjectMapper().readTree(json).get("difference").doubleValue();
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  @Test
  void equalGroupsAreEqual() throws IOException {
    String equal = AUDIT.replaceAll("other: .*", "other: [Ann, Bea, Cleo, Dora, Eve, Fay]");
    TestOutput run = audit(equal, "--max-difference", "0");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("person: 0 of 18 pairs of one and other have unequal answers.")
        .contains("Largest difference: 0.000");
  }

  @Test
  void generatedTextsAreLabelledByASecondFunction() throws IOException {
    String yaml =
        AUDIT.replace(
            "function: classify\noptions: {labels: [red, green, blue]}",
            "function: generate\noptions: {max_tokens: 3}\nlabel: {function: sentiment}");
    TestOutput run = audit(yaml, "--output", folder.resolve("out").toString());
    assertThat(run.code()).as(run.err()).isZero();
    Set<String> labels =
        table("answers").collectAsList().stream()
            .map(row -> row.<String>getAs("label"))
            .collect(Collectors.toSet());
    assertThat(labels).isNotEmpty().isSubsetOf("positive", "negative", "neutral");
  }

  @Test
  void promptsWithoutAnAnswerAreToldAndLeftOut() throws IOException {
    String longName = "Ann" + " and Ann".repeat(1000);
    TestOutput run =
        audit(
            AUDIT.replace("[Ann,", "[" + longName + ","),
            "--output",
            folder.resolve("out").toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("36 prompts, 3 without an answer");
    assertThat(table("differences").head().<Integer>getAs("pairs")).isEqualTo(15);
    assertThat(table("answers").where("error LIKE 'Cannot fit the text%'").count()).isEqualTo(3);
  }

  /** What is built in can be printed, and is an audit of what it says. */
  @Test
  void theBuiltInAuditIsAFileToStartFrom() throws IOException {
    TestOutput printed = TestOutput.of(() -> Main.run("audit", "--print-default"));
    assertThat(printed.code()).isZero();
    TestOutput run = audit(printed.out(), "--json");
    assertThat(run.code()).as(run.err()).isZero();
    TestOutput builtIn = TestOutput.of(() -> Main.run("audit", "--model", MODEL, "--json"));
    assertThat(builtIn.out()).isEqualTo(run.out());
    assertThat(run.out()).contains("\"gender\"", "\"name\"", "\"origin\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "function: classify | function: classfy | audit.yaml:1:11: found unknown function llama_classfy, expected one of",
        "function: classify | function: mask | 1:11: found llama_mask, expected a function that answers with one of a few labels",
        "function: classify | function: emotions | found an unknown argument labels",
        "{term} came in. | They came in. | found a template without {term}",
        "Fay] | Fay, Gwen] | found groups of [7, 6] terms, expected equally many",
        "attributes: | traits: | Missing attributes",
        "[red, green, blue] | [red] | found 1 labels, expected 2 to 500"
      })
  void aWrongFileIsRefusedWithItsPlace(String found, String replacement, String message)
      throws IOException {
    TestOutput run = audit(AUDIT.replace(found, replacement));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void anOutputThatIsThereStays() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    TestOutput run = audit(AUDIT, "--output", folder.resolve("out").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("it is there already. Choose another --output.");
    assertThat(TestOutput.of(() -> Main.run("audit")).code()).isEqualTo(2);
    assertThat(audit(AUDIT, "--max-difference", "2").err()).contains("from 0 to 1, such as 0.1");
  }
}
