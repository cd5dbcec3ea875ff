package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.jobs.Main;
import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands say of a pipeline before, during and after two runs. */
class PipelineCommandsTest {

  private static final String KEY = "<b title=\"x\">1</b>";
  private static final String SECRET_TEXT = "a day & <i>night</i>";

  @TempDir private static Path folder;

  private static PipelineFixture pipeline;
  private static TestOutput firstPlan;
  private static boolean stateAfterPlan;
  private static TestOutput firstStory;
  private static TestOutput noStory;
  private static TestOutput firstRun;
  private static Document firstPage;
  private static Row firstFigures;
  private static TestOutput secondPlan;
  private static TestOutput secondRun;
  private static Document secondPage;

  @BeforeAll
  static void runTwice() throws IOException {
    SharedSession.open();
    pipeline = new PipelineFixture(folder).posts(rows("a good day"));
    pipeline.with(
        """
        gate:
          source: {path: %s}
          step: sentiment
          expected: label
          min_accuracy: 0.0001
        """
            .formatted(golden()));
    firstPlan = pipeline.command("plan");
    stateAfterPlan = Files.exists(Path.of(pipeline.state));
    firstStory = pipeline.command("explain-row", "--key", "2");
    noStory = pipeline.command("explain-row", "--key", "77");
    firstRun = pipeline.run();
    firstFigures = pipeline.lastRun();
    firstPage = page(Path.of(pipeline.state, "reports", firstFigures.getAs("run_id") + ".html"));
    pipeline.posts(rows("a better day"));
    secondPlan = pipeline.command("plan");
    Path file = folder.resolve("page.html");
    secondRun = pipeline.run("--show-text", "--report", file.toString());
    secondPage = page(file);
  }

  /** One of them has two keys that need escapes, one cannot be answered, one has no text. */
  private static String[] rows(String second) {
    return new String[] {
      "('" + KEY + "', '" + SECRET_TEXT + "')",
      "('2', '" + second + "')",
      "('3', repeat('word ', 5000))",
      "('4', NULL)"
    };
  }

  /** Every label is right for one of the rows, so that one at least is. */
  private static Path golden() {
    Path golden = folder.resolve("golden");
    PipelineFixture.session()
        .sql(
            "SELECT * FROM VALUES ('fine', 'positive'), ('fine', 'negative'), ('fine', 'neutral')"
                + " AS v(text, label)")
        .write()
        .format("delta")
        .save(golden.toString());
    return golden;
  }

  private static Document page(Path file) throws IOException {
    return Jsoup.parse(file.toFile(), "UTF-8");
  }

  @Test
  void aPlanCountsAndWritesNothing() {
    assertThat(firstPlan.code()).as(firstPlan.err()).isZero();
    assertThat(line(firstPlan, "rows read", 1).split(" +")).containsExactly("4", "4", "0", "0");
    String[] sentiment = line(firstPlan, "sentiment ", 0).split(" +", 7);
    assertThat(sentiment[1]).as("rows with a text").isEqualTo("3");
    assertThat(sentiment[2]).as("requests").isEqualTo("2");
    assertThat(sentiment[3]).as("does not fit").isEqualTo("1");
    assertThat(Integer.parseInt(sentiment[4].replace(",", ""))).isPositive();
    assertThat(sentiment[5]).as("labels are not generated").isEqualTo("0");
    assertThat(line(firstPlan, "Time:", 0)).contains("not known");
    assertThat(stateAfterPlan).as("the state folder").isFalse();
    assertThat(firstPlan.out() + firstPlan.err()).doesNotContain("a good day");
  }

  @Test
  void aPlanAfterARunHasItsSpeed() {
    assertThat(secondPlan.code()).as(secondPlan.err()).isZero();
    assertThat(line(secondPlan, "rows read", 1).split(" +"))
        .as("the row in quarantine waits")
        .containsExactly("4", "0", "1", "0");
    assertThat(line(secondPlan, "answers to ask", 1).split(" +")).containsExactly("2", "0");
    assertThat(line(secondPlan, "Time:", 0)).contains("about ", "of the last run with this model");
  }

  @Test
  void aRunEndsWithItsFigures() {
    assertThat(firstRun.code()).as(firstRun.err()).isEqualTo(3);
    assertThat(firstRun.out())
        .contains("Quality gate: accuracy of sentiment is 0.3333 (1 of 3, 0 without an answer)");
    assertThat(line(firstRun, "rows read", 1).split(" +")).containsExactly("4", "4", "0", "0", "1");
    assertThat(firstRun.out() + firstRun.err()).doesNotContain("a good day", SECRET_TEXT);
    assertThat(secondRun.code()).as(secondRun.err()).isZero();
  }

  @Test
  void thePageHasTheFiguresOfTheTable() {
    List<Element> figures = firstPage.select("[data-figure]");
    assertThat(figures).hasSize(10);
    assertThat(figures)
        .allSatisfy(
            figure ->
                assertThat(Long.parseLong(figure.text().replace(",", "")))
                    .as(figure.attr("data-figure"))
                    .isEqualTo(firstFigures.<Long>getAs(figure.attr("data-figure"))));
    assertThat(firstPage.select(".status").text()).isEqualTo("incomplete");
    assertThat(numbers(firstPage.select(".matrix td"))).as("labelled rows").isEqualTo(3);
    assertThat(numbers(firstPage.select(".matrix td.right"))).as("right ones").isEqualTo(1);
    Element sentiment = section(firstPage, "Step sentiment");
    assertThat(numbers(sentiment.select("table:contains(Labels) td:nth-child(2)")))
        .as("answers with a label")
        .isEqualTo(2);
    assertThat(section(firstPage, "Step summary").select("svg[aria-label^=Length]")).hasSize(1);
    assertThat(section(firstPage, "Speed").select("svg.bars rect")).isNotEmpty();
    Element failed = section(firstPage, "Rows without an answer");
    assertThat(failed.select("tbody tr")).hasSize(1);
    assertThat(failed.select("code").text()).isEqualTo("{\"id\":\"3\"}");
    assertThat(section(firstPage, "Slowest rows").select("tbody code").eachText())
        .contains("{\"id\":\"" + KEY.replace("\"", "\\\"") + "\"}");
    assertThat(section(firstPage, "Made of").text())
        .contains(firstFigures.<String>getAs("model_sha256"), pipeline.posts);
  }

  @Test
  void thePageNeedsNothingElseAndHasNoTextOfRows() {
    for (Document page : List.of(firstPage, secondPage)) {
      assertThat(page.select("script, link, img, iframe, [src], [href], [onclick]")).isEmpty();
      assertThat(page.select("b[title=x], i")).as("markup of rows").isEmpty();
      assertThat(page.html()).doesNotContain("http://", "https://", "url(");
      assertThat(page.select("svg[role=img]"))
          .isNotEmpty()
          .allMatch(chart -> !chart.attr("aria-label").isBlank());
    }
    assertThat(firstPage.html()).doesNotContain("a good day", "night");
    assertThat(firstPage.select("h2").eachText()).doesNotContain("Samples");
  }

  @Test
  void thePageShowsTextsWhenAsked() {
    assertThat(section(secondPage, "Samples").select("tr.text").eachText())
        .as("inputs and answers of the row that has changed")
        .hasSize(3)
        .contains("text a better day");
  }

  @Test
  void statusShowsRunsTheLastFirst() throws IOException {
    TestOutput status = pipeline.command("status");
    assertThat(status.code()).as(status.err()).isZero();
    assertThat(status.out().lines().map(text -> text.split(" {2,}", 3)[1]))
        .containsExactly("status", "done", "incomplete");
    TestOutput json = pipeline.command("status", "--json", "--last", "1");
    JsonNode run = new ObjectMapper().readTree(json.out());
    assertThat(run.get("status").asText()).isEqualTo("done");
    assertThat(run.get("rows_changed").asLong()).isEqualTo(1);
    assertThat(run.get("run_id").asText()).isEqualTo(pipeline.lastRun().<String>getAs("run_id"));
  }

  @Test
  void aRowTellsHowItCameAbout() {
    TestOutput told = pipeline.command("explain-row", "--key", "2");
    assertThat(told.code()).as(told.err()).isZero();
    Row run = pipeline.lastRun();
    assertThat(told.out())
        .contains("Row id=2 of pipeline posts", run.<String>getAs("run_id"))
        .contains("source version   1", "as the source is now", "as the pipeline is now")
        .contains("Step sentiment: llama_try_sentiment(`text`)", "task sentiment".substring(5))
        .contains(run.<String>getAs("model_sha256"), "Never in quarantine.")
        .doesNotContain("a better day");
    assertThat(pipeline.command("explain-row", "--key", "id=2", "--show-text").out())
        .contains("column text      a better day");
    assertThat(pipeline.command("explain-row", "--key", "3").out())
        .contains("sink             has no such row", "step sentiment, attempt 1", "still there")
        .doesNotContain("word word");
  }

  @Test
  void aRowThatNoRunHasSeenTellsThatThereIsNoSink() {
    assertThat(firstStory.code()).as(firstStory.err()).isZero();
    assertThat(firstStory.out())
        .contains("sink             is not there yet: " + pipeline.sink + ". Run the pipeline.")
        .contains("source           has it, hash ", "Never in quarantine.");
    assertThat(noStory.code()).isEqualTo(1);
    assertThat(noStory.err())
        .startsWith("Cannot find row id=77: found it neither in the source nor in " + pipeline.sink)
        .contains("which is not there yet");
  }

  @Test
  void aKeyThatIsNoneIsAnError() {
    TestOutput unknown = pipeline.command("explain-row", "--key", "77");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("Cannot find row id=77: found it neither in the source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "validate", "plan", "status", "explain-row"})
  void helpHasAnExample(String command) {
    TestOutput help = TestOutput.of(() -> Main.run(command, "--help"));
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Example:", command + " pipeline.yaml");
  }

  /** A line some lines below the first one that starts with a text. */
  private static String line(TestOutput output, String start, int below) {
    List<String> lines = output.out().lines().toList();
    int at =
        Stream.iterate(0, i -> i + 1)
            .limit(lines.size())
            .filter(i -> lines.get(i).startsWith(start))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + start + " in " + output.out()));
    return lines.get(at + below).strip();
  }

  private static Element section(Document page, String heading) {
    return page.select("section:has(h2:contains(" + heading + "))").first();
  }

  private static long numbers(List<Element> cells) {
    return cells.stream().mapToLong(cell -> Long.parseLong(cell.text().replace(",", ""))).sum();
  }
}
