package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.Max;
import org.apache.spark.sql.catalyst.optimizer.NormalizeFloatingNumbers$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * An aggregate with calls over groups. Below it the rows are read group by group, which gives one
 * row of each the answer, and the aggregate takes the only answer that there is. All its other
 * functions stay as they are, over the same rows.
 */
final class GroupExtraction {

  private final Aggregate aggregate;

  /** Values by which Spark groups: zeros without a sign. */
  private final List<NamedExpression> keys = new ArrayList<>();

  GroupExtraction(Aggregate aggregate) {
    this.aggregate = aggregate;
    for (Expression key : grouping()) {
      Expression normal = NormalizeFloatingNumbers$.MODULE$.normalize(key);
      keys.add(
          normal instanceof Attribute column
              ? column
              : Columns.named(normal, "key_" + keys.size()));
    }
  }

  LogicalPlan plan() {
    List<TextGroup> groups =
        TextGroup.of(
            results().stream()
                .flatMap(result -> Aggregates.of((Expression) result).stream())
                .toList());
    List<NamedExpression> upper =
        results().stream().map(result -> withAnswers(result, groups)).toList();
    LogicalPlan rows = rows(groups, upper);
    for (TextGroup group : groups) {
      rows = group.over(rows, keyColumns());
    }
    return new Aggregate(
        ScalaFunctions.<Expression>seq(keyColumns().stream().map(Expression.class::cast).toList()),
        ScalaFunctions.seq(upper),
        rows,
        aggregate.hint());
  }

  /** What groups, calls and the other functions read. */
  private LogicalPlan rows(List<TextGroup> groups, List<NamedExpression> upper) {
    List<NamedExpression> columns = new ArrayList<>(keys);
    for (NamedExpression column : Columns.of(aggregate.child())) {
      boolean read =
          upper.stream().anyMatch(result -> ((Expression) result).references().contains(column));
      if (read && keys.stream().noneMatch(key -> key.exprId().equals(column.exprId()))) {
        columns.add(column);
      }
    }
    groups.forEach(group -> columns.addAll(group.columns()));
    return Columns.only(columns, aggregate.child());
  }

  private NamedExpression withAnswers(NamedExpression result, List<TextGroup> groups) {
    Expression replaced = Calls.replace((Expression) result, part -> replacement(part, groups));
    return replaced instanceof Attribute column && !column.exprId().equals(result.exprId())
        ? Columns.named(replaced, result.name(), result.exprId())
        : (NamedExpression) replaced;
  }

  private Optional<Expression> replacement(Expression part, List<TextGroup> groups) {
    for (int i = 0; i < keys.size(); i++) {
      if (grouping().get(i).semanticEquals(part)) {
        return Optional.of((Expression) keyColumns().get(i));
      }
    }
    return part instanceof AggregateExpression call
            && call.aggregateFunction() instanceof LlamaAggregate
        ? groups.stream()
            .flatMap(group -> group.result(call).stream())
            .findFirst()
            .map(answer -> new Max((Expression) answer).toAggregateExpression())
        : Optional.empty();
  }

  private List<Attribute> keyColumns() {
    return keys.stream().map(NamedExpression::toAttribute).toList();
  }

  private List<Expression> grouping() {
    return ScalaFunctions.list(aggregate.groupingExpressions());
  }

  private List<NamedExpression> results() {
    return ScalaFunctions.list(aggregate.aggregateExpressions());
  }
}
