package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * A call that a plan computes below, for all rows or some.
 *
 * @param column where the answers are
 * @param guard the rows that have been asked
 */
record Computed(Attribute column, Expression guard) {

  /** An equal call below, through nodes that pass rows on one by one. */
  static Optional<Computed> in(LogicalPlan plan, LlamaCall call) {
    if (plan instanceof LlamaEval eval) {
      for (int i = 0; i < eval.calls().size(); i++) {
        if (eval.calls().get(i).semanticEquals(call)) {
          return Optional.of(new Computed(eval.results().get(i), eval.guards().get(i)));
        }
      }
      return in(eval.child(), call);
    }
    if (plan instanceof Filter filter) {
      return in(filter.child(), call);
    }
    return plan instanceof Project project && onlyColumns(project)
        ? in(project.child(), call)
        : Optional.empty();
  }

  boolean covers(GuardedCall wanted) {
    return Conditions.always(guard) || guard.semanticEquals(wanted.guard());
  }

  /** The rows that are wanted and have not been asked. */
  GuardedCall rest(GuardedCall wanted) {
    Expression unasked = Conditions.isNotTrue(guard);
    return new GuardedCall(
        wanted.call(),
        Conditions.always(wanted.guard()) ? unasked : new And(wanted.guard(), unasked));
  }

  LogicalPlan withColumn(LogicalPlan plan) {
    return expose(plan, column);
  }

  LogicalPlan withColumnAndGuard(LogicalPlan plan) {
    LogicalPlan exposed = withColumn(plan);
    for (Attribute needed : ScalaFunctions.<Attribute>list(guard.references())) {
      exposed = expose(exposed, needed);
    }
    return exposed;
  }

  static boolean onlyColumns(Project project) {
    return ScalaFunctions.<NamedExpression>list(project.projectList()).stream()
        .allMatch(Attribute.class::isInstance);
  }

  /** Lets a column pass projections that drop it. */
  private static LogicalPlan expose(LogicalPlan plan, Attribute column) {
    if (plan.outputSet().contains((NamedExpression) column)) {
      return plan;
    }
    LogicalPlan child = expose(plan.children().head(), column);
    if (plan instanceof Project project) {
      List<NamedExpression> columns =
          new ArrayList<>(ScalaFunctions.<NamedExpression>list(project.projectList()));
      columns.add(column);
      return new Project(ScalaFunctions.seq(columns), child);
    }
    return plan.withNewChildren(ScalaFunctions.seq(List.of(child)));
  }
}
