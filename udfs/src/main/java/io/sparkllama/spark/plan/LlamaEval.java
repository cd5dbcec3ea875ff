package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.CallTexts;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Adds a column for each of some calls to its child's rows. Public for Spark, which copies nodes.
 */
public final class LlamaEval extends LogicalPlan {

  private static final long serialVersionUID = 1L;

  private final Seq<LlamaCall> calls;
  private final Seq<Expression> guards;
  private final Seq<Attribute> results;
  private final LogicalPlan child;

  /**
   * @param calls distinct calls of the same settings over the child's columns, none inside another
   * @param guards true for the rows that each call is asked for
   * @param results column of each call
   */
  public LlamaEval(
      Seq<LlamaCall> calls, Seq<Expression> guards, Seq<Attribute> results, LogicalPlan child) {
    this.calls = calls;
    this.guards = guards;
    this.results = results;
    this.child = child;
  }

  public List<LlamaCall> calls() {
    return ScalaFunctions.list(calls);
  }

  public List<Expression> guards() {
    return ScalaFunctions.list(guards);
  }

  public List<Attribute> results() {
    return ScalaFunctions.list(results);
  }

  LogicalPlan child() {
    return child;
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
  public Seq<LogicalPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new LlamaEval(calls, guards, results, children.head());
  }

  @Override
  public scala.Option<Object> maxRows() {
    return child.maxRows();
  }

  @Override
  public scala.Option<Object> maxRowsPerPartition() {
    return child.maxRowsPerPartition();
  }

  @Override
  public String argString(int maxFields) {
    return CallTexts.of(calls(), guards(), results()).toString();
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
    return other instanceof LlamaEval;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaEval eval
        && calls.equals(eval.calls)
        && guards.equals(eval.guards)
        && results.equals(eval.results)
        && child.equals(eval.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, guards, results, child);
  }
}
