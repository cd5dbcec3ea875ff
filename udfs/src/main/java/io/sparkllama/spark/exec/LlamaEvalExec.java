package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Runs calls over the rows of each partition; order and partitioning stay as they are. */
public final class LlamaEvalExec extends LlamaExec {

  private static final long serialVersionUID = 1L;

  private final Seq<LlamaCall> calls;
  private final Seq<Expression> guards;

  public LlamaEvalExec(
      Seq<LlamaCall> calls, Seq<Expression> guards, Seq<Attribute> results, SparkPlan child) {
    super(results, child);
    this.calls = calls;
    this.guards = guards;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RowCalls rowCalls =
        new RowCalls(
            ScalaFunctions.list(calls),
            ScalaFunctions.list(guards),
            engine(),
            child().output(),
            output(),
            LlamaConf.resultCacheBytes(conf()),
            RowMetrics.of(metrics()));
    return answered(rowCalls::rows);
  }

  @Override
  public Seq<Attribute> output() {
    return ScalaFunctions.append(child().output(), ScalaFunctions.list(results()));
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child().outputOrdering();
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new LlamaEvalExec(calls, guards, results(), children.head());
  }

  @Override
  List<String> texts() {
    return CallTexts.of(
        ScalaFunctions.list(calls), ScalaFunctions.list(guards), ScalaFunctions.list(results()));
  }

  @Override
  LlamaSettings settings() {
    return calls.head().settings();
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
      case 2 -> results();
      default -> child();
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
        && results().equals(exec.results())
        && child().equals(exec.child());
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, guards, results(), child());
  }
}
