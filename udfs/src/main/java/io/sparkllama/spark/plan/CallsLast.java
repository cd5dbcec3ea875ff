package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sample;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Lets limits, samples and sorts go first where they need no answer. Calls keep the number, the
 * order and the partitions of rows, so either order gives the same rows; but only the rows that
 * remain are asked, and a sort by range reads its input twice.
 */
public final class CallsLast extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(ScalaFunctions.<LogicalPlan, LogicalPlan>partial(CallsLast::below));
  }

  /** The same rows from a plan in which the node stands below the calls, if it can. */
  private static Optional<LogicalPlan> below(LogicalPlan node) {
    if (!choosesRows(node)) {
      return Optional.empty();
    }
    LogicalPlan child = node.children().head();
    if (child instanceof LlamaEval eval) {
      return belowCalls(node, eval);
    }
    return child instanceof Project project
        ? belowProjection(node, project)
            .flatMap(CallsLast::below)
            .map(lower -> withChild(project, lower))
        : Optional.empty();
  }

  private static boolean choosesRows(LogicalPlan node) {
    return node instanceof LocalLimit
        || node instanceof GlobalLimit
        || node instanceof Offset
        || node instanceof Tail
        || node instanceof Sample
        || node instanceof Sort;
  }

  private static Optional<LogicalPlan> belowCalls(LogicalPlan node, LlamaEval eval) {
    if (!node.references().subsetOf(eval.child().outputSet())) {
      return Optional.empty();
    }
    LogicalPlan lower = withChild(node, eval.child());
    return Optional.of(withChild(eval, below(lower).orElse(lower)));
  }

  /** The node over the projection's child, in terms of the child's columns. */
  private static Optional<LogicalPlan> belowProjection(LogicalPlan node, Project project) {
    Map<ExprId, Expression> meaning = new HashMap<>();
    for (NamedExpression column : ScalaFunctions.<NamedExpression>list(project.projectList())) {
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      if (!value.deterministic()) {
        return Optional.empty();
      }
      meaning.put(column.exprId(), value);
    }
    LogicalPlan lower = withChild(node, project.child());
    return Optional.of(
        Calls.replaceIn(
            lower,
            part ->
                part instanceof Attribute column
                    ? Optional.ofNullable(meaning.get(column.exprId()))
                    : Optional.empty()));
  }

  private static LogicalPlan withChild(LogicalPlan node, LogicalPlan child) {
    return node.withNewChildren(ScalaFunctions.seq(List.of(child)));
  }
}
