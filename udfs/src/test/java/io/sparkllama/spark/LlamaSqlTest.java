package io.sparkllama.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.Summarize;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import io.sparkllama.task.Translate;
import io.sparkllama.task.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaSqlTest {

  @Test
  void answersAsTheEngineDoesAndKeepsTheOrderOfRows() {
    Dataset<Row> posts = TestSession.posts(100);
    List<Row> rows =
        posts
            .select(
                col("id"),
                LlamaFunctions.sentiment(col("text")),
                LlamaFunctions.translate(col("text"), "French"),
                LlamaFunctions.summarize(col("text"), 5),
                LlamaFunctions.generate(col("text"), 6))
            .collectAsList();
    assertThat(rows).extracting(row -> row.getLong(0)).containsExactlyElementsOf(ids(100));
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(Path.of(TestSession.MODEL)), EngineOptions.DEFAULTS)) {
      TaskRunner runner = new TaskRunner(engine);
      Row row = rows.get(42);
      assertThat(row.getString(1)).isEqualTo(answer(runner, new Sentiment()));
      assertThat(row.getString(2)).isEqualTo(answer(runner, new Translate("fr")));
      assertThat(row.getString(3)).isEqualTo(answer(runner, new Summarize(5)));
    }
  }

  @Test
  void putsTheTextFirstWhereTheSessionSaysSo() {
    TestSession.posts(50);
    String sql = "SELECT llama_summarize(text, 5), llama_translate(text, 'fr') FROM posts";
    List<Row> instructionFirst = TestSession.sql(sql);
    TestSession.get().conf().set("spark.llama.promptOrder", "text_first");
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(Path.of(TestSession.MODEL)), EngineOptions.DEFAULTS)) {
      TaskRunner runner = new TaskRunner(engine, PromptOrder.TEXT_FIRST);
      List<Row> textFirst = TestSession.sql(sql);
      assertThat(textFirst.get(42).getString(0)).isEqualTo(answer(runner, new Summarize(5)));
      assertThat(textFirst.get(42).getString(1)).isEqualTo(answer(runner, new Translate("fr")));
      assertThat(textFirst).isNotEqualTo(instructionFirst);
    } finally {
      TestSession.get().conf().unset("spark.llama.promptOrder");
    }
  }

  private static String answer(TaskRunner runner, Task task) {
    Value value =
        runner
            .submit(task, TaskInput.of("post number 42 of the day"), TaskOptions.DEFAULTS)
            .join()
            .value();
    return value instanceof Value.Scores scores ? scores.label() : ((Value.Text) value).text();
  }

  private static List<Long> ids(int count) {
    return IntStream.range(0, count).mapToObj(Long::valueOf).toList();
  }

  @Test
  void callsInsideOfCallsRunFromTheInside() {
    TestSession.posts(5);
    List<Row> rows =
        TestSession.sql("SELECT llama_sentiment(llama_translate(text, 'fr')) FROM posts");
    assertThat(rows)
        .hasSize(5)
        .allSatisfy(row -> assertThat(row.getString(0)).isIn("positive", "negative", "neutral"));
  }

  @Test
  void caseWhenGivesEachBranchItsValue() {
    TestSession.posts(10);
    List<Row> rows =
        TestSession.sql(
            "SELECT id, CASE WHEN id < 5 THEN 'skipped' ELSE llama_sentiment(text) END FROM posts");
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(row.getString(1).equals("skipped")).isEqualTo(row.getLong(0) < 5));
  }

  @Test
  void columnsWithoutAnAliasAreToldApartByTheirOptions() {
    TestSession.posts(1);
    String[] columns =
        TestSession.get()
            .sql("SELECT llama_translate(text, 'fr'), llama_translate(text, 'de') FROM posts")
            .columns();
    assertThat(columns)
        .containsExactly(
            "llama_translate(text, language=fr)", "llama_translate(text, language=de)");
  }

  /** A session may change its model between two calls, and each keeps its own. */
  @Test
  void callsOfDifferentSettingsDoNotShareANode() {
    Dataset<Row> first =
        TestSession.posts(3).withColumn("first", LlamaFunctions.sentiment(col("text")));
    TestSession.get().conf().set("spark.llama.batchSize", "7");
    try {
      Dataset<Row> both = first.withColumn("second", LlamaFunctions.sentiment(col("text")));
      assertThat(both.queryExecution().executedPlan().toString().split("LlamaEval ", -1))
          .hasSize(3);
      assertThat(both.collectAsList())
          .allSatisfy(row -> assertThat(row.getString(2)).isEqualTo(row.getString(3)));
    } finally {
      TestSession.get().conf().unset("spark.llama.batchSize");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark.llama.slots, none, 'found none, expected a whole number of at least 0'",
    "spark.llama.onError, maybe, 'found maybe, expected fail or null'",
    "spark.llama.longText, drop, 'found drop, expected error or truncate or map_reduce'",
    "spark.llama.promptOrder, last, 'found last, expected instruction_first or text_first'",
    "spark.llama.attention, maybe, 'found maybe, expected own or of_graph'",
    "spark.llama.device, cuda, 'found cuda, expected auto or cpu: the ONNX Runtime of this jar is'",
    "spark.llama.gpu.memoryFraction, 1.5, 'found 1.5, expected a number above 0 and at most 1'",
    "spark.llama.model, '', 'spark.llama.model is not set'",
    "spark.llama.model, /nowhere, '/nowhere'"
  })
  void wrongConfsFailBeforeAnyTaskStarts(String key, String value, String message) {
    TestSession.posts(1);
    String before = TestSession.get().conf().get(key, null);
    TestSession.get().conf().set(key, value);
    try {
      assertThatThrownBy(() -> TestSession.sql("SELECT llama_sentiment(text) FROM posts"))
          .hasMessageContaining(message);
    } finally {
      if (before == null) {
        TestSession.get().conf().unset(key);
      } else {
        TestSession.get().conf().set(key, before);
      }
    }
  }
}
