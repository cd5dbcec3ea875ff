package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.CallTexts;
import io.sparkllama.spark.exec.LlamaGroupsExec;
import io.sparkllama.spark.functions.LlamaAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Adds a column for each of some calls over groups to its child's rows; it is NULL but in one row
 * of a group. Public for Spark, which copies nodes.
 */
public final class LlamaGroups extends LogicalPlan {

  private static final long serialVersionUID = 1L;

  private final Seq<SortOrder> groups;
  private final Seq<SortOrder> order;
  private final boolean distinct;
  private final Seq<LlamaAggregate> calls;
  private final Seq<Attribute> results;
  private final Seq<Attribute> kept;
  private final LogicalPlan child;

  /** As {@link LlamaGroupsExec} takes them. */
  public LlamaGroups(
      Seq<SortOrder> groups,
      Seq<SortOrder> order,
      boolean distinct,
      Seq<LlamaAggregate> calls,
      Seq<Attribute> results,
      Seq<Attribute> kept,
      LogicalPlan child) {
    this.groups = groups;
    this.order = order;
    this.distinct = distinct;
    this.calls = calls;
    this.results = results;
    this.kept = kept;
    this.child = child;
  }

  public List<LlamaAggregate> calls() {
    return ScalaFunctions.list(calls);
  }

  public List<Attribute> results() {
    return ScalaFunctions.list(results);
  }

  public List<Attribute> kept() {
    return ScalaFunctions.list(kept);
  }

  /** How rows are sorted by group. */
  public Seq<SortOrder> groups() {
    return groups;
  }

  /** Whether equal texts of a group count once. */
  public boolean distinct() {
    return distinct;
  }

  /** A plan with the child's columns in the order in which this node reads them. */
  public LogicalPlan sorted(LogicalPlan plan) {
    List<SortOrder> all = new ArrayList<>(ScalaFunctions.<SortOrder>list(groups));
    all.addAll(ScalaFunctions.<SortOrder>list(order));
    return new Sort(ScalaFunctions.seq(all), true, plan, scala.Option.empty());
  }

  /** Whether groups, texts or their order are something. */
  public boolean depends(Predicate<Expression> something) {
    return Stream.of(groups, order, calls)
        .flatMap(part -> ScalaFunctions.<Expression>list(part).stream())
        .anyMatch(something);
  }

  SparkPlan planned(SparkPlan plannedChild) {
    return new LlamaGroupsExec(groups, order, distinct, calls, results, kept, plannedChild);
  }

  @Override
  public Seq<Attribute> output() {
    return ScalaFunctions.append(kept, ScalaFunctions.list(results));
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet.fromAttributeSets(
        ScalaFunctions.seq(results().stream().map(Expression::references).toList()));
  }

  @Override
  public Seq<LogicalPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new LlamaGroups(groups, order, distinct, calls, results, kept, children.head());
  }

  @Override
  public scala.Option<Object> maxRows() {
    return child.maxRows();
  }

  @Override
  public String argString(int maxFields) {
    return CallTexts.ofGroups(
            calls(), distinct, ScalaFunctions.list(groups), ScalaFunctions.list(order), results())
        .toString();
  }

  @Override
  public int productArity() {
    return 7;
  }

  /** As the constructor takes them: Spark copies nodes with it, and finds expressions here. */
  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> groups;
      case 1 -> order;
      case 2 -> distinct;
      case 3 -> calls;
      case 4 -> results;
      case 5 -> kept;
      default -> child;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaGroups;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaGroups node
        && groups.equals(node.groups)
        && order.equals(node.order)
        && distinct == node.distinct
        && calls.equals(node.calls)
        && results.equals(node.results)
        && kept.equals(node.kept)
        && child.equals(node.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(groups, order, distinct, calls, results, kept, child);
  }
}
