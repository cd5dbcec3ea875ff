package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.RowFrame$;
import org.apache.spark.sql.catalyst.expressions.RowNumber;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnboundedFollowing$;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowSpecDefinition;
import org.apache.spark.sql.catalyst.expressions.aggregate.Max;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/** What a window over all pairs of a left row says of each of them. */
final class PairsOfRow {

  private final Attribute row;
  private final Attribute found;
  private final Alias any;
  private final Alias number;

  /**
   * @param row number of the left row
   * @param found whether a pair is wanted
   */
  PairsOfRow(Attribute row, Attribute found) {
    this.row = row;
    this.found = found;
    this.any =
        Columns.named(
            new WindowExpression(
                new Max((Expression) found).toAggregateExpression(),
                window((Expression) UnboundedFollowing$.MODULE$)),
            "any");
    this.number =
        Columns.named(
            new WindowExpression(new RowNumber(), window((Expression) CurrentRow$.MODULE$)),
            "number");
  }

  Attribute found() {
    return found;
  }

  /** Whether one of the row's pairs is wanted. */
  Expression any() {
    return (Expression) any.toAttribute();
  }

  /** True for one of the row's pairs. */
  Expression first() {
    return new EqualTo((Expression) number.toAttribute(), Literal.create(1, DataTypes.IntegerType));
  }

  LogicalPlan over(LogicalPlan pairs) {
    return new Window(
        ScalaFunctions.<NamedExpression>seq(List.of(any, number)),
        ScalaFunctions.<Expression>seq(List.of((Expression) row)),
        ScalaFunctions.seq(List.of(order())),
        pairs,
        Option.empty());
  }

  private SortOrder order() {
    return new SortOrder(
        (Expression) row,
        Ascending$.MODULE$,
        Ascending$.MODULE$.defaultNullOrdering(),
        ScalaFunctions.<Expression>seq(List.of()));
  }

  private WindowSpecDefinition window(Expression end) {
    return new WindowSpecDefinition(
        ScalaFunctions.<Expression>seq(List.of((Expression) row)),
        ScalaFunctions.seq(List.of(order())),
        new SpecifiedWindowFrame(RowFrame$.MODULE$, (Expression) UnboundedPreceding$.MODULE$, end));
  }
}
