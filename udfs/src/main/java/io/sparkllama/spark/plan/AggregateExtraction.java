package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Calls in an aggregate. Over groups, as in a summary of collected texts, they run once a group
 * above it; in grouping keys and inside aggregate functions they run on each row below it.
 */
record AggregateExtraction(Aggregate aggregate) {

  LogicalPlan plan() {
    return callsOverGroups() ? above() : ExtractLlamaCalls.below(aggregate);
  }

  private boolean callsOverGroups() {
    return results().stream().anyMatch(this::callsOverGroups);
  }

  /** Whether a call stands outside of every grouping key and every aggregate function. */
  private boolean callsOverGroups(Expression expression) {
    if (expression instanceof AggregateExpression || key(expression)) {
      return false;
    }
    return expression instanceof LlamaCall
        || ScalaFunctions.<Expression>list(expression.children()).stream()
            .anyMatch(this::callsOverGroups);
  }

  private boolean key(Expression expression) {
    return keys().stream().anyMatch(key -> key.semanticEquals(expression));
  }

  /** The aggregate without the calls, and a projection above it that has them. */
  private LogicalPlan above() {
    List<NamedExpression> parts = new ArrayList<>();
    List<NamedExpression> upper =
        results().stream()
            .map(result -> (NamedExpression) Calls.replace(result, part -> column(part, parts)))
            .toList();
    Aggregate lower =
        new Aggregate(
            aggregate.groupingExpressions(),
            ScalaFunctions.<NamedExpression>seq(parts),
            aggregate.child(),
            aggregate.hint());
    LogicalPlan groups = Calls.in((LogicalPlan) lower) ? ExtractLlamaCalls.below(lower) : lower;
    return ExtractLlamaCalls.below(new Project(ScalaFunctions.<NamedExpression>seq(upper), groups));
  }

  /** A grouping key or aggregate function as a column of the aggregate below. */
  private Optional<Expression> column(Expression part, List<NamedExpression> parts) {
    if (!(part instanceof AggregateExpression) && !key(part)) {
      return Optional.empty();
    }
    for (NamedExpression known : parts) {
      Expression inside = known instanceof Alias alias ? alias.child() : (Expression) known;
      if (inside.semanticEquals(part)) {
        return Optional.of((Expression) known.toAttribute());
      }
    }
    NamedExpression named =
        part instanceof NamedExpression column
            ? column
            : Columns.named(part, "group_" + parts.size());
    parts.add(named);
    return Optional.of((Expression) named.toAttribute());
  }

  private List<Expression> keys() {
    return ScalaFunctions.list(aggregate.groupingExpressions());
  }

  private List<Expression> results() {
    return ScalaFunctions.<NamedExpression>list(aggregate.aggregateExpressions()).stream()
        .map(Expression.class::cast)
        .toList();
  }
}
