package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.task.TaskAnswer;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.Tuple2;
import scala.collection.immutable.Map;

/**
 * What the node counts, as the Spark UI shows it. Each task has its own; the engine's thread and
 * the task's count at the same time.
 */
final class RowMetrics implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final double NANOS = 1e9;

  private final SQLMetric rows;
  private final SQLMetric requests;
  private final SQLMetric deduplicated;
  private final SQLMetric cached;
  private final SQLMetric promptTokens;
  private final SQLMetric generatedTokens;
  private final SQLMetric tokensPerSecond;
  private final SQLMetric prefixHits;
  private final SQLMetric reusedTokens;
  private final SQLMetric waiting;
  private final SQLMetric errors;
  private long firstRequest;

  private RowMetrics(Map<String, SQLMetric> metrics) {
    this.rows = metrics.apply("numOutputRows");
    this.requests = metrics.apply("requests");
    this.deduplicated = metrics.apply("deduplicated");
    this.cached = metrics.apply("cached");
    this.promptTokens = metrics.apply("promptTokens");
    this.generatedTokens = metrics.apply("generatedTokens");
    this.tokensPerSecond = metrics.apply("tokensPerSecond");
    this.prefixHits = metrics.apply("prefixHits");
    this.reusedTokens = metrics.apply("reusedTokens");
    this.waiting = metrics.apply("waiting");
    this.errors = metrics.apply("errors");
  }

  static Map<String, SQLMetric> create(SparkContext context) {
    return scala.collection.immutable.Map$.MODULE$.from(
        ScalaFunctions.<Tuple2<String, SQLMetric>>seq(
            List.of(
                sum(context, "numOutputRows", "number of output rows"),
                sum(context, "requests", "requests"),
                sum(context, "deduplicated", "deduplicated calls"),
                sum(context, "cached", "answers from the result cache"),
                sum(context, "promptTokens", "prompt tokens"),
                sum(context, "generatedTokens", "generated tokens"),
                new Tuple2<>(
                    "tokensPerSecond",
                    SQLMetrics.createAverageMetric(
                        context, "prompt and generated tokens per second of a task")),
                sum(context, "prefixHits", "prefix hits"),
                sum(context, "reusedTokens", "prompt tokens reused by prefix hits"),
                new Tuple2<>(
                    "waiting",
                    SQLMetrics.createNanoTimingMetric(context, "time waiting for answers", -1)),
                sum(context, "errors", "errors"))));
  }

  private static Tuple2<String, SQLMetric> sum(SparkContext context, String key, String name) {
    return new Tuple2<>(key, SQLMetrics.createMetric(context, name));
  }

  static RowMetrics of(Map<String, SQLMetric> metrics) {
    return new RowMetrics(metrics);
  }

  /** A row is handed on. */
  void row() {
    rows.add(1);
  }

  /** A call is answered by the request of an equal one. */
  void deduplicated() {
    deduplicated.add(1);
  }

  /** A call is answered by the executor's result cache. */
  void cached() {
    cached.add(1);
  }

  /** A call cannot be answered. */
  void error() {
    errors.add(1);
  }

  /** Something is asked of the engine. */
  synchronized void request() {
    if (firstRequest == 0) {
      firstRequest = System.nanoTime();
    }
    requests.add(1);
  }

  /** An answer has come. */
  synchronized void answered(TaskAnswer answer) {
    promptTokens.add(answer.promptTokens());
    generatedTokens.add(answer.generatedTokens());
    reusedTokens.add(answer.reusedTokens());
    prefixHits.add(answer.reusedTokens() > 0 ? 1 : 0);
    double seconds = (System.nanoTime() - firstRequest) / NANOS;
    tokensPerSecond.set((promptTokens.value() + generatedTokens.value()) / seconds);
  }

  /** The answer, once it is there; the time until then counts as waiting. */
  TaskAnswer await(CompletableFuture<TaskAnswer> answer)
      throws ExecutionException, InterruptedException {
    long start = System.nanoTime();
    try {
      return answer.get();
    } finally {
      waiting.add(System.nanoTime() - start);
    }
  }
}
