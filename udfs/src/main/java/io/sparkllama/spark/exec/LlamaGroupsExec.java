package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.AllTuples$;
import org.apache.spark.sql.catalyst.plans.physical.ClusteredDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.execution.SparkPlan;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Runs calls over groups of rows, which Spark sorts for it. Rows pass in their order, without what
 * only the calls need, and the last row of each group has the answers.
 */
public final class LlamaGroupsExec extends LlamaExec {

  private static final long serialVersionUID = 1L;

  private final Seq<SortOrder> groups;
  private final Seq<SortOrder> order;
  private final boolean distinct;
  private final Seq<LlamaAggregate> calls;
  private final Seq<Attribute> kept;

  /**
   * @param groups by the columns whose values a group shares; none for one group of all rows
   * @param order of the rows of a group
   * @param distinct whether equal texts, which stand side by side in that order, count once
   * @param calls of the same settings, over the same column
   * @param kept columns of the child that are handed on, those of groups among them
   */
  public LlamaGroupsExec(
      Seq<SortOrder> groups,
      Seq<SortOrder> order,
      boolean distinct,
      Seq<LlamaAggregate> calls,
      Seq<Attribute> results,
      Seq<Attribute> kept,
      SparkPlan child) {
    super(results, child);
    this.groups = groups;
    this.order = order;
    this.distinct = distinct;
    this.calls = calls;
    this.kept = kept;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    List<Attribute> input = ScalaFunctions.list(child().output());
    int texts =
        input.stream()
            .map(Attribute::exprId)
            .toList()
            .indexOf(((Attribute) calls.head().text()).exprId());
    GroupCalls groupCalls =
        new GroupCalls(
            ScalaFunctions.list(calls),
            groups,
            new GroupCall.Texts(texts, distinct),
            engine(),
            child().output(),
            kept,
            output(),
            RowMetrics.of(metrics()));
    return answered(groupCalls::rows);
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    List<Expression> keys =
        ScalaFunctions.<SortOrder>list(groups).stream().map(SortOrder::child).toList();
    return ScalaFunctions.seq(
        List.of(
            keys.isEmpty()
                ? AllTuples$.MODULE$
                : new ClusteredDistribution(ScalaFunctions.seq(keys), false, Option.empty())));
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    List<SortOrder> all = new ArrayList<>(ScalaFunctions.<SortOrder>list(groups));
    all.addAll(ScalaFunctions.<SortOrder>list(order));
    return ScalaFunctions.<Seq<SortOrder>>seq(List.of(ScalaFunctions.<SortOrder>seq(all)));
  }

  @Override
  public Seq<Attribute> output() {
    return ScalaFunctions.append(kept, ScalaFunctions.list(results()));
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return groups;
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new LlamaGroupsExec(groups, order, distinct, calls, results(), kept, children.head());
  }

  @Override
  List<String> texts() {
    return CallTexts.ofGroups(
        ScalaFunctions.list(calls),
        distinct,
        ScalaFunctions.list(groups),
        ScalaFunctions.list(order),
        ScalaFunctions.list(results()));
  }

  @Override
  LlamaSettings settings() {
    return calls.head().settings();
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
      case 4 -> results();
      case 5 -> kept;
      default -> child();
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaGroupsExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaGroupsExec exec
        && groups.equals(exec.groups)
        && order.equals(exec.order)
        && distinct == exec.distinct
        && calls.equals(exec.calls)
        && results().equals(exec.results())
        && kept.equals(exec.kept)
        && child().equals(exec.child());
  }

  @Override
  public int hashCode() {
    return Objects.hash(groups, order, distinct, calls, results(), kept, child());
  }
}
