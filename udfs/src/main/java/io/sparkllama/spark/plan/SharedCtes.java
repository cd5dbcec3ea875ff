package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Marks common table expressions with calls, so that Spark computes those once that are used more
 * than once: it writes a copy in place of each use unless the result might change from one to the
 * next.
 */
public final class SharedCtes extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDownWithSubqueries(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node ->
                node instanceof CTERelationDef definition
                        && !(definition.child() instanceof ComputedOnce)
                        && asks(definition.child())
                    ? Optional.of(marked(definition))
                    : Optional.empty()));
  }

  private static boolean asks(LogicalPlan plan) {
    return plan.exists(ScalaFunctions.of(node -> Calls.in(node) || Aggregates.in(node)));
  }

  private static LogicalPlan marked(CTERelationDef definition) {
    return definition.withNewChildren(
        ScalaFunctions.seq(List.of(new ComputedOnce(definition.child()))));
  }

  /** Takes the marks away; Spark has decided by then. */
  public static final class Unmark extends Rule<LogicalPlan> {

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return plan.transformUp(
          ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
              node ->
                  node instanceof ComputedOnce marked
                      ? Optional.of(marked.children().head())
                      : Optional.empty()));
    }
  }
}
