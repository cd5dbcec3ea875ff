package io.sparkllama.spark.functions;

import io.sparkllama.spark.ScalaFunctions;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RuntimeReplaceable;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;

/**
 * Values of constant expressions in a query that has not been optimized: Spark computes some of its
 * functions, such as {@code nvl} and {@code left}, only after it has put others in their place.
 */
public final class Constants {

  private Constants() {}

  /** Whether a value can be told before the query runs. */
  public static boolean is(Expression expression) {
    Expression replaced = replaced(expression);
    return replaced.foldable()
        && !replaced.exists(ScalaFunctions.of(part -> part instanceof Unevaluable));
  }

  /**
   * @return as Catalyst has it; null for NULL
   */
  public static Object value(Expression expression) {
    return replaced(expression).eval(InternalRow.empty());
  }

  private static Expression replaced(Expression expression) {
    Expression current = expression;
    while (current.exists(ScalaFunctions.of(part -> part instanceof RuntimeReplaceable))) {
      current =
          current.transform(
              ScalaFunctions.<Expression, Expression>partial(
                  part ->
                      part instanceof RuntimeReplaceable function
                          ? Optional.of(function.replacement())
                          : Optional.empty()));
    }
    return current;
  }
}
