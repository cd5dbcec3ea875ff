package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.exec.LlamaExec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.ui.SQLAppStatusStore;
import org.apache.spark.sql.execution.ui.SQLExecutionUIData;
import org.apache.spark.sql.execution.ui.SQLPlanMetric;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** The numbers at the plan's node, as the Spark UI shows them. */
class SqlMetricsTest {

  private static final int SLOTS = 6;

  /** 40 texts of three rows each, ten rows of NULL, and one that fits no slot. */
  private static final String QUERY =
      "SELECT id, llama_try_generate(text, 3) answer FROM ("
          + "SELECT id, CASE WHEN id < 120 THEN concat('a text of number ', id div 3)"
          + " WHEN id < 130 THEN NULL ELSE repeat('word ', 20000) END AS text"
          + " FROM range(0, 131, 1, 1))";

  @Test
  void countsWhatTheQueryDid() throws Exception {
    Dataset<Row> query = TestSession.with("spark.llama.slots", "" + SLOTS, () -> planned(QUERY));
    List<Row> rows = query.collectAsList();

    Map<String, Long> metrics = metrics(query);
    assertThat(metrics)
        .containsEntry("numOutputRows", 131L)
        .containsEntry("requests", 41L)
        .containsEntry("deduplicated", 80L)
        .containsEntry("errors", 1L)
        .containsEntry("promptTokens", counted(SLOTS, EngineStats::promptTokens))
        .containsEntry("generatedTokens", counted(SLOTS, EngineStats::generatedTokens))
        .containsEntry("reusedTokens", counted(SLOTS, EngineStats::reusedTokens));
    // 40 answers of one to three tokens, and prompts of which all but the first begin alike.
    assertThat(metrics.get("generatedTokens")).isBetween(40L, 120L);
    assertThat(metrics.get("prefixHits")).isBetween(20L, 40L);
    assertThat(metrics.get("waiting")).isPositive();
    assertThat(metrics.get("tokensPerSecond")).isPositive();
    assertThat(rows).filteredOn(row -> row.isNullAt(1)).hasSize(10);

    Map<String, String> shown = shown();
    assertThat(shown)
        .containsEntry("number of output rows", "131")
        .containsEntry("requests", "41")
        .containsEntry("deduplicated calls", "80")
        .containsEntry("errors", "1")
        .containsEntry("prompt tokens", withCommas(metrics.get("promptTokens")))
        .containsEntry("generated tokens", withCommas(metrics.get("generatedTokens")))
        .containsEntry("prefix hits", withCommas(metrics.get("prefixHits")))
        .containsEntry(
            "prompt tokens reused by prefix hits", withCommas(metrics.get("reusedTokens")));
    assertThat(shown.get("time waiting for answers")).containsPattern("\\d+ (ms|s)");
    // Spark leaves a decimal of zero away.
    assertThat(shown.get("prompt and generated tokens per second of a task"))
        .containsPattern("[1-9]\\d*(,\\d+)*(\\.\\d)?");
  }

  /**
   * Four groups of ten short texts that fit a slot together; one of 20 texts, each of which fills
   * more than half of it, so that it is a part and their answers are one more; one of NULL, and one
   * of blank texts, of which nothing is asked.
   */
  @Test
  void countsWhatGroupsAsk() {
    int slots = 13;
    Dataset<Row> query =
        inShortSlots(
            slots,
            0,
            "SELECT k, llama_summarize_agg(text, max_tokens => 4) FROM (SELECT CASE WHEN id < 40"
                + " THEN id % 4 WHEN id < 60 THEN 4 WHEN id < 65 THEN 5 ELSE 6 END AS k, CASE"
                + " WHEN id < 40 THEN concat('a text of number ', id) WHEN id < 60 THEN"
                + " concat('post ', id, repeat(' at sea', 60)) WHEN id < 65 THEN NULL ELSE ' '"
                + " END AS text FROM range(0, 70, 1, 4)) GROUP BY k");
    List<Row> rows = query.collectAsList();

    Map<String, Long> metrics = metrics(query);
    assertThat(metrics)
        .containsEntry("numOutputRows", 70L)
        .containsEntry("requests", 4L + 20 + 1)
        .containsEntry("deduplicated", 0L)
        .containsEntry("cached", 0L)
        .containsEntry("errors", 0L)
        .containsEntry("promptTokens", counted(slots, EngineStats::promptTokens))
        .containsEntry("generatedTokens", counted(slots, EngineStats::generatedTokens))
        .containsEntry("reusedTokens", counted(slots, EngineStats::reusedTokens));
    assertThat(metrics.get("generatedTokens")).isBetween(25L, 100L);
    assertThat(metrics.get("tokensPerSecond")).isPositive();
    assertThat(rows).hasSize(7).filteredOn(row -> row.isNullAt(1)).hasSize(1);
  }

  /** A group that fits a slot costs what its texts cost as one. */
  @Test
  void aGroupThatFitsHasTheTokensOfItsTextsTogether() {
    String texts =
        "(SELECT id % 5 AS k, id, concat('a text of number ', id) AS text FROM range(40))";
    Dataset<Row> groups =
        planned(
            "SELECT k, llama_summarize_agg(text, max_tokens => 4) WITHIN GROUP (ORDER BY id) FROM "
                + texts
                + " GROUP BY k");
    Dataset<Row> scalar =
        planned(
            "SELECT k, llama_summarize(together, max_tokens => 4) FROM (SELECT k, array_join("
                + "transform(array_sort(collect_list(struct(id, text))), x -> x.text), '\n\n')"
                + " AS together FROM "
                + texts
                + " GROUP BY k)");
    groups.collectAsList();
    scalar.collectAsList();
    assertThat(metrics(groups))
        .containsEntry("requests", 5L)
        .containsEntry("promptTokens", metrics(scalar).get("promptTokens"))
        .containsEntry("generatedTokens", metrics(scalar).get("generatedTokens"));
  }

  /** One part at a time, so that hardly a moment of the engine's work is not waited for. */
  @Test
  void timeThatAGroupWaitsForItsPartsCounts() {
    int slots = 5;
    Dataset<Row> query =
        inShortSlots(
            slots,
            1,
            "SELECT llama_summarize_agg(concat('post ', id, repeat(' at sea', 60)),"
                + " max_tokens => 4) FROM range(20)");
    query.collectAsList();
    assertThat(metrics(query)).containsEntry("requests", 21L);
    assertThat(metrics(query).get("waiting"))
        .isGreaterThan(counted(slots, stats -> stats.prefillNanos() + stats.decodeNanos()) / 2);
  }

  @Test
  void aGroupThatCannotBeAnsweredIsOneErrorAndNoRequest() {
    Dataset<Row> query =
        planned(
            "SELECT id % 3 AS k, llama_agg(concat('post ', id), '"
                + "Do it well. ".repeat(600)
                + "', on_error => 'null') FROM range(30) GROUP BY k");
    query.collectAsList();
    assertThat(metrics(query))
        .containsEntry("numOutputRows", 30L)
        .containsEntry("requests", 0L)
        .containsEntry("promptTokens", 0L)
        .containsEntry("errors", 3L);
  }

  private static Dataset<Row> planned(String query) {
    return TestSession.get().sql(query);
  }

  /** For an engine with slots of 256 tokens, as many as only one test asks for. */
  private static Dataset<Row> inShortSlots(int slots, int rowsInFlight, String query) {
    return TestSession.with(
        "spark.llama.slots",
        "" + slots,
        () ->
            TestSession.with(
                "spark.llama.capacity",
                "256",
                () ->
                    TestSession.with(
                        "spark.llama.batchSize", "" + rowsInFlight, () -> planned(query))));
  }

  /** Of the engine that only one test asks. */
  private static long counted(int slots, ToLongFunction<EngineStats> count) {
    return Engines.shared().states().stream()
        .filter(engine -> engine.load().slots() == slots)
        .mapToLong(engine -> count.applyAsLong(engine.stats()))
        .sum();
  }

  /** The metrics of the plan that ran, by their keys. */
  private static Map<String, Long> metrics(Dataset<Row> query) {
    Map<String, Long> values = new HashMap<>();
    for (Tuple2<String, SQLMetric> metric :
        ScalaFunctions.<Tuple2<String, SQLMetric>>list(
            node(query.queryExecution().executedPlan()).metrics().toSeq())) {
      values.put(metric._1, metric._2.value());
    }
    return values;
  }

  private static SparkPlan node(SparkPlan plan) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return node(adaptive.executedPlan());
    }
    if (plan instanceof QueryStageExec stage) {
      return node(stage.plan());
    }
    return plan instanceof LlamaExec ? plan : node(plan.children().head());
  }

  /** The texts of the same metrics in the store behind the SQL tab, by their names. */
  private static Map<String, String> shown() throws InterruptedException {
    SQLAppStatusStore store = TestSession.get().sharedState().statusStore();
    Map<String, String> texts = new HashMap<>();
    SQLExecutionUIData execution = store.executionsList().last();
    // The store hears of a query's end a little after the query's caller.
    while (store.execution(execution.executionId()).get().completionTime().isEmpty()
        || store.execution(execution.executionId()).get().metricValues() == null) {
      Thread.sleep(5);
    }
    scala.collection.immutable.Map<Object, String> values =
        store.executionMetrics(execution.executionId());
    for (SQLPlanMetric metric : ScalaFunctions.<SQLPlanMetric>list(execution.metrics())) {
      if (values.contains(metric.accumulatorId())) {
        texts.put(metric.name(), values.apply(metric.accumulatorId()));
      }
    }
    return texts;
  }

  private static String withCommas(long number) {
    return String.format("%,d", number);
  }
}
