package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.FullOuter$;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import scala.Option;

/**
 * Takes out again what Spark infers for joins. From {@code a.text = b.text} and a filter on {@code
 * llama_sentiment(a.text)} it makes one on {@code b.text}: right, but each row of b is asked for
 * what the join finds out anyway.
 */
public final class ImpliedCalls extends Rule<LogicalPlan> {

  /** A column of the right side that has the value of one of the left in all joined rows. */
  private record Equal(Attribute left, Attribute right) {}

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node ->
                node instanceof Join join
                        && join.condition().isDefined()
                        && Calls.anywhereIn(join.left())
                    ? Optional.of(without(join))
                    : Optional.empty()));
  }

  private static Join without(Join join) {
    List<Expression> known = filters(join.left());
    List<Equal> equal = equal(join);
    if (known.isEmpty() || equal.isEmpty()) {
      return join;
    }
    LogicalPlan right = keepsRight(join) ? join.right() : without(join.right(), known, equal);
    List<Expression> kept =
        Conditions.conjuncts(join.condition().get()).stream()
            .filter(conjunct -> !implied(conjunct, known, equal))
            .toList();
    return new Join(
        join.left(), right, join.joinType(), Option.apply(Conditions.and(kept)), join.hint());
  }

  /** Such a join hands on rows of the right side that have no partner. */
  private static boolean keepsRight(Join join) {
    return join.joinType() == RightOuter$.MODULE$ || join.joinType() == FullOuter$.MODULE$;
  }

  private static LogicalPlan without(LogicalPlan plan, List<Expression> known, List<Equal> equal) {
    if (plan instanceof Filter filter) {
      List<Expression> kept =
          Conditions.conjuncts(filter.condition()).stream()
              .filter(conjunct -> !implied(conjunct, known, equal))
              .toList();
      LogicalPlan child = without(filter.child(), known, equal);
      return kept.isEmpty() ? child : new Filter(Conditions.and(kept), child);
    }
    return plan instanceof Project project && Computed.onlyColumns(project)
        ? new Project(project.projectList(), without(project.child(), known, equal))
        : plan;
  }

  /** Whether a condition with calls says of the right side what is known of the left. */
  private static boolean implied(Expression condition, List<Expression> known, List<Equal> equal) {
    return Calls.in(condition)
        && Conditions.contains(known, Calls.replace(condition, part -> onLeft(part, equal)));
  }

  private static Optional<Expression> onLeft(Expression part, List<Equal> equal) {
    return equal.stream()
        .filter(pair -> pair.right.semanticEquals(part))
        .map(pair -> (Expression) pair.left)
        .findFirst();
  }

  /** Conditions with calls that all rows of a plan fulfil. */
  private static List<Expression> filters(LogicalPlan plan) {
    List<Expression> found = new ArrayList<>();
    if (plan instanceof Filter filter) {
      Conditions.conjuncts(filter.condition()).stream().filter(Calls::in).forEach(found::add);
      found.addAll(filters(filter.child()));
    } else if (plan instanceof Project project && Computed.onlyColumns(project)) {
      found.addAll(filters(project.child()));
    }
    return found;
  }

  private static List<Equal> equal(Join join) {
    List<Equal> pairs = new ArrayList<>();
    for (Expression conjunct : Conditions.conjuncts(join.condition().get())) {
      if (conjunct instanceof EqualTo equal
          && equal.left() instanceof Attribute one
          && equal.right() instanceof Attribute other
          && sameWhereEqual(one)) {
        boolean ordered = join.left().outputSet().contains((NamedExpression) one);
        pairs.add(ordered ? new Equal(one, other) : new Equal(other, one));
      }
    }
    return pairs;
  }

  /** Zeros have two signs, and some collations do not tell letters apart. */
  private static boolean sameWhereEqual(Attribute column) {
    return !(column.dataType() instanceof FloatType)
        && !(column.dataType() instanceof DoubleType)
        && !(column.dataType() instanceof StringType string && !string.isUTF8BinaryCollation());
  }
}
