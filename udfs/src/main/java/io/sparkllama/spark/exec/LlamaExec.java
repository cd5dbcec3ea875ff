package io.sparkllama.spark.exec;

import io.sparkllama.errors.LlamaException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/** A node that asks a model: what nodes over rows and over groups share. */
public abstract sealed class LlamaExec extends SparkPlan permits LlamaEvalExec, LlamaGroupsExec {

  private static final long serialVersionUID = 1L;

  private static final int SHORT_HASH = 12;

  private final Seq<Attribute> results;
  private final SparkPlan child;
  private final Map<String, SQLMetric> metrics;

  /**
   * @param results column of each call
   */
  LlamaExec(Seq<Attribute> results, SparkPlan child) {
    this.results = results;
    this.child = child;
    this.metrics = RowMetrics.create(sparkContext());
  }

  abstract LlamaSettings settings();

  /** Calls, and what else EXPLAIN shows of them. */
  abstract List<String> texts();

  final Seq<Attribute> results() {
    return results;
  }

  final SparkPlan child() {
    return child;
  }

  final EngineSpec engine() {
    return EngineSpec.of(settings(), session().sessionState().newHadoopConf());
  }

  /** The rows with their results, of a stage where the session wants calls to be answered. */
  final RDD<InternalRow> answered(FlatMapFunction<Iterator<InternalRow>, InternalRow> partition) {
    RDD<InternalRow> rows = child.execute().toJavaRDD().mapPartitions(partition, true).rdd();
    return GpuStages.place(rows, settings(), LlamaConf.gpuExecutors(conf()));
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return metrics;
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet.fromAttributeSets(
        ScalaFunctions.seq(
            ScalaFunctions.<Attribute>list(results).stream().map(Expression::references).toList()));
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SparkPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public String argString(int maxFields) {
    return texts()
        + ", model "
        + model().replaceFirst("^.*[/\\\\](?=.)", "")
        + ", rows in flight "
        + settings().plannedRowsInFlight();
  }

  /** What EXPLAIN FORMATTED says of the node. */
  @Override
  public String verboseStringWithOperatorId() {
    return """
        %s
        Input: %s
        Calls: %s
        Model: %s
        Rows in flight: %d
        """
        .formatted(
            formattedNodeName(),
            child.output().mkString("[", ", ", "]"),
            texts(),
            model(),
            settings().plannedRowsInFlight());
  }

  /** Path and identity, as far as the driver can tell: to explain a plan opens nothing else. */
  private String model() {
    try {
      return settings().model() + " " + engine().modelSha256().substring(0, SHORT_HASH);
    } catch (LlamaException e) {
      return settings().model();
    }
  }
}
