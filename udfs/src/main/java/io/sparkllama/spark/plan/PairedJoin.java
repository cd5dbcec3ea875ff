package io.sparkllama.spark.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Not;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.plans.ExistenceJoin;
import org.apache.spark.sql.catalyst.plans.JoinType;
import org.apache.spark.sql.catalyst.plans.LeftAnti$;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.LeftSemi$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Option;

/**
 * A join of each left row with those right rows for which calls over both sides say yes. The rest
 * of the condition makes pairs, a left row without one keeps a place, the calls are asked for the
 * pairs, and then each left row looks at all of its pairs.
 */
record PairedJoin(Join join, List<Expression> plain, List<Expression> calling) {

  static boolean handles(JoinType type) {
    return type == LeftOuter$.MODULE$
        || type == LeftSemi$.MODULE$
        || type == LeftAnti$.MODULE$
        || type instanceof ExistenceJoin;
  }

  LogicalPlan plan() {
    Alias row = Columns.named(new MonotonicallyIncreasingID(), "row");
    Alias paired = Columns.named(Literal.TrueLiteral(), "paired");
    Map<ExprId, Alias> right = new HashMap<>();
    List<NamedExpression> renamed = new ArrayList<>(List.of(paired));
    for (NamedExpression column : Columns.of(join.right())) {
      Alias other = Columns.named((Expression) column, column.name());
      right.put(column.exprId(), other);
      renamed.add(other);
    }
    LogicalPlan pairs =
        new Join(
            Columns.added(row, join.left()),
            Columns.only(renamed, join.right()),
            LeftOuter$.MODULE$,
            plain.isEmpty() ? Option.empty() : Option.apply(over(right, Conditions.and(plain))),
            join.hint());
    Expression isPair = new IsNotNull((Expression) paired.toAttribute().withNullability(true));
    Alias found =
        Columns.named(
            Conditions.isTrue(new And(isPair, over(right, Conditions.and(calling)))), "found");
    LogicalPlan judged = ExtractLlamaCalls.below(Columns.added(found, pairs));
    return chosen(new PairsOfRow(row.toAttribute(), found.toAttribute()), judged, right);
  }

  private LogicalPlan chosen(PairsOfRow pairs, LogicalPlan judged, Map<ExprId, Alias> right) {
    LogicalPlan rows = pairs.over(judged);
    Expression none = new And(new Not(pairs.any()), pairs.first());
    List<NamedExpression> columns = new ArrayList<>(Columns.of(join.left()));
    if (join.joinType() instanceof ExistenceJoin existence) {
      columns.add(Columns.named(pairs.any(), "exists", existence.exists().exprId()));
      return Columns.only(columns, new Filter(pairs.first(), rows));
    }
    if (join.joinType() == LeftSemi$.MODULE$) {
      return Columns.only(columns, new Filter(new And(pairs.any(), pairs.first()), rows));
    }
    if (join.joinType() == LeftAnti$.MODULE$) {
      return Columns.only(columns, new Filter(none, rows));
    }
    for (NamedExpression column : Columns.of(join.right())) {
      Attribute renamed = right.get(column.exprId()).toAttribute().withNullability(true);
      columns.add(
          Columns.named(
              new If(
                  (Expression) pairs.found(),
                  (Expression) renamed,
                  Literal.create(null, renamed.dataType())),
              column.name(),
              column.exprId()));
    }
    return Columns.only(columns, new Filter(new Or((Expression) pairs.found(), none), rows));
  }

  private static Expression over(Map<ExprId, Alias> renamed, Expression condition) {
    return Calls.replace(
        condition,
        part ->
            part instanceof Attribute column && renamed.containsKey(column.exprId())
                ? Optional.of(
                    (Expression) renamed.get(column.exprId()).toAttribute().withNullability(true))
                : Optional.empty());
  }
}
