package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.task.TaskAnswer;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.Tuple2;
import scala.collection.immutable.Map;

/**
 * What the node counts, as the Spark UI shows it.
 *
 * @param rows rows handed on
 * @param requests answers asked of the engine, one for equal texts
 * @param cached calls that the executor's result cache answered
 * @param promptTokens tokens read
 * @param generatedTokens tokens written
 * @param errors calls that could not be answered
 */
record RowMetrics(
    SQLMetric rows,
    SQLMetric requests,
    SQLMetric cached,
    SQLMetric promptTokens,
    SQLMetric generatedTokens,
    SQLMetric errors)
    implements Serializable {

  static Map<String, SQLMetric> create(SparkContext context) {
    return scala.collection.immutable.Map$.MODULE$.from(
        ScalaFunctions.<Tuple2<String, SQLMetric>>seq(
            List.of(
                metric(context, "numOutputRows", "number of output rows"),
                metric(context, "requests", "requests"),
                metric(context, "cached", "answers from the result cache"),
                metric(context, "promptTokens", "prompt tokens"),
                metric(context, "generatedTokens", "generated tokens"),
                metric(context, "errors", "errors"))));
  }

  static RowMetrics of(Map<String, SQLMetric> metrics) {
    return new RowMetrics(
        metrics.apply("numOutputRows"),
        metrics.apply("requests"),
        metrics.apply("cached"),
        metrics.apply("promptTokens"),
        metrics.apply("generatedTokens"),
        metrics.apply("errors"));
  }

  void answered(TaskAnswer answer) {
    promptTokens.add(answer.promptTokens());
    generatedTokens.add(answer.generatedTokens());
  }

  private static Tuple2<String, SQLMetric> metric(SparkContext context, String key, String name) {
    return new Tuple2<>(key, SQLMetrics.createMetric(context, name));
  }
}
