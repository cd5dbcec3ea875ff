package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.exec.LlamaEvalExec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
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
    TestSession.get().conf().set("spark.llama.slots", "" + SLOTS);
    Dataset<Row> query = TestSession.get().sql(QUERY);
    List<Row> rows = query.collectAsList();
    TestSession.get().conf().unset("spark.llama.slots");

    Map<String, Long> metrics = metrics(query);
    assertThat(metrics)
        .containsEntry("numOutputRows", 131L)
        .containsEntry("requests", 41L)
        .containsEntry("deduplicated", 80L)
        .containsEntry("errors", 1L)
        .containsEntry("promptTokens", counted(EngineStats::promptTokens))
        .containsEntry("generatedTokens", counted(EngineStats::generatedTokens))
        .containsEntry("reusedTokens", counted(EngineStats::reusedTokens));
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

  /** Of the engine that only this test asks. */
  private static long counted(ToLongFunction<EngineStats> count) {
    return Engines.shared().states().stream()
        .filter(engine -> engine.load().slots() == SLOTS)
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
    return plan instanceof LlamaEvalExec ? plan : node(plan.children().head());
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
