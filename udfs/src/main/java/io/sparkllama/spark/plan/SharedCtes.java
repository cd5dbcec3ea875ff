package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.runtime.AbstractPartialFunction;

/**
 * Marks common table expressions with calls, so that Spark computes those once that are used more
 * than once: it writes a copy in place of each use unless the result might change from one to the
 * next.
 */
public final class SharedCtes extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDownWithSubqueries(
        new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
          @Override
          public boolean isDefinedAt(LogicalPlan node) {
            return node instanceof CTERelationDef definition
                && !(definition.child() instanceof ComputedOnce)
                && Calls.anywhereIn(definition.child());
          }

          @Override
          public LogicalPlan apply(LogicalPlan node) {
            return node.withNewChildren(
                ScalaFunctions.seq(List.of(new ComputedOnce(node.children().head()))));
          }
        });
  }

  /** Takes the marks away; Spark has decided by then. */
  public static final class Unmark extends Rule<LogicalPlan> {

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return plan.transformUp(
          new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
            @Override
            public boolean isDefinedAt(LogicalPlan node) {
              return node instanceof ComputedOnce;
            }

            @Override
            public LogicalPlan apply(LogicalPlan node) {
              return node.children().head();
            }
          });
    }
  }
}
