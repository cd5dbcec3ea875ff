package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Finds calls in expressions and puts something else in their place. */
final class Calls {

  private Calls() {}

  static boolean in(Expression expression) {
    return expression.exists(ScalaFunctions.of(node -> node instanceof LlamaCall));
  }

  static boolean in(LogicalPlan plan) {
    return ScalaFunctions.<Expression>list(plan.expressions()).stream().anyMatch(Calls::in);
  }

  static boolean anywhereIn(LogicalPlan plan) {
    return plan.exists(ScalaFunctions.of(Calls::in));
  }

  /** Whether a call has no other call inside. */
  static boolean innermost(LlamaCall call) {
    return ScalaFunctions.<Expression>list(call.children()).stream().noneMatch(Calls::in);
  }

  /** The expression with each call replaced for which there is a replacement. */
  static Expression replace(
      Expression expression, Function<Expression, Optional<Expression>> replacement) {
    return expression.transform(ScalaFunctions.<Expression, Expression>partial(replacement));
  }

  static LogicalPlan replaceIn(
      LogicalPlan plan, Function<Expression, Optional<Expression>> replacement) {
    return plan.transformExpressions(ScalaFunctions.<Expression, Expression>partial(replacement));
  }
}
