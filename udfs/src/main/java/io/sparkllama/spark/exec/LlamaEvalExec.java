package io.sparkllama.spark.exec;

import io.sparkllama.errors.LlamaException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/** Runs calls over the rows of each partition; order and partitioning stay as they are. */
public final class LlamaEvalExec extends SparkPlan {

  private static final long serialVersionUID = 1L;

  private static final int SHORT_HASH = 12;

  private final Seq<LlamaCall> calls;
  private final Seq<Expression> guards;
  private final Seq<Attribute> results;
  private final SparkPlan child;
  private final Map<String, SQLMetric> metrics;

  public LlamaEvalExec(
      Seq<LlamaCall> calls, Seq<Expression> guards, Seq<Attribute> results, SparkPlan child) {
    this.calls = calls;
    this.guards = guards;
    this.results = results;
    this.child = child;
    this.metrics = RowMetrics.create(sparkContext());
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RowCalls rowCalls =
        new RowCalls(
            ScalaFunctions.list(calls),
            ScalaFunctions.list(guards),
            engine(),
            child.output(),
            output(),
            LlamaConf.resultCacheBytes(conf()),
            RowMetrics.of(metrics));
    return child.execute().toJavaRDD().mapPartitions(rowCalls::rows, true).rdd();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    return ScalaFunctions.append(child.output(), ScalaFunctions.list(results));
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
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Seq<SparkPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new LlamaEvalExec(calls, guards, results, children.head());
  }

  @Override
  public String argString(int maxFields) {
    return texts()
        + ", model "
        + model().replaceFirst("^.*[/\\\\](?=.)", "")
        + ", rows in flight "
        + settings().rowsInFlight();
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
            settings().rowsInFlight());
  }

  private List<String> texts() {
    return CallTexts.of(
        ScalaFunctions.list(calls), ScalaFunctions.list(guards), ScalaFunctions.list(results));
  }

  private LlamaSettings settings() {
    return calls.head().settings();
  }

  private EngineSpec engine() {
    return EngineSpec.of(settings(), session().sessionState().newHadoopConf());
  }

  /** Path and identity, as far as the driver can tell: to explain a plan opens nothing else. */
  private String model() {
    try {
      return settings().model() + " " + engine().modelSha256().substring(0, SHORT_HASH);
    } catch (LlamaException e) {
      return settings().model();
    }
  }

  @Override
  public int productArity() {
    return 4;
  }

  /** As the constructor takes them: Spark copies nodes with it, and finds expressions here. */
  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> calls;
      case 1 -> guards;
      case 2 -> results;
      default -> child;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaEvalExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaEvalExec exec
        && calls.equals(exec.calls)
        && guards.equals(exec.guards)
        && results.equals(exec.results)
        && child.equals(exec.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, guards, results, child);
  }
}
