package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.InnerLike;
import org.apache.spark.sql.catalyst.plans.JoinType;
import org.apache.spark.sql.catalyst.plans.LeftAnti$;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.LeftSemi$;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;

/**
 * A call that a plan computes below, for all rows or some.
 *
 * @param column where the answers are
 * @param guard the rows that have been asked
 */
record Computed(Attribute column, Expression guard) {

  /** An equal call below, through nodes that pass rows on one by one, and joins that do so. */
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
    if (plan instanceof Join join) {
      return passed(join).stream().flatMap(side -> in(side, call).stream()).findFirst();
    }
    return passesOn(plan) ? in(plan.children().head(), call) : Optional.empty();
  }

  /** Nodes that keep rows as they are, but for columns of their own. */
  private static boolean passesOn(LogicalPlan plan) {
    return plan instanceof Project
        || plan instanceof Sort
        || plan instanceof RepartitionOperation
        || plan instanceof RebalancePartitions;
  }

  /** The sides whose rows a join passes on as they are; of an outer join the other has NULLs. */
  private static List<LogicalPlan> passed(Join join) {
    JoinType type = join.joinType();
    if (type instanceof InnerLike) {
      return List.of(join.left(), join.right());
    }
    if (type == RightOuter$.MODULE$) {
      return List.of(join.right());
    }
    boolean left =
        type == LeftOuter$.MODULE$ || type == LeftSemi$.MODULE$ || type == LeftAnti$.MODULE$;
    return left ? List.of(join.left()) : List.of();
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
    List<LogicalPlan> children =
        ScalaFunctions.<LogicalPlan>list(plan.children()).stream()
            .map(child -> holds(child, column) ? expose(child, column) : child)
            .toList();
    if (plan instanceof Project project) {
      return Columns.passing(column, project, children.get(0));
    }
    return plan.withNewChildren(ScalaFunctions.seq(children));
  }

  private static boolean holds(LogicalPlan plan, Attribute column) {
    return plan.outputSet().contains((NamedExpression) column)
        || ScalaFunctions.<LogicalPlan>list(plan.children()).stream()
            .anyMatch(child -> holds(child, column));
  }
}
