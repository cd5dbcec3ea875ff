package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.runtime.AbstractPartialFunction;

/** Finds calls in expressions and puts something else in their place. */
final class Calls {

  private Calls() {}

  static boolean in(Expression expression) {
    return expression.exists(ScalaFunctions.of(node -> node instanceof LlamaCall));
  }

  static boolean in(LogicalPlan plan) {
    return ScalaFunctions.<Expression>list(plan.expressions()).stream().anyMatch(Calls::in);
  }

  /** Distinct calls with no call inside that need only some columns. */
  static List<LlamaCall> innermost(List<Expression> expressions, AttributeSet columns) {
    List<LlamaCall> found = new ArrayList<>();
    expressions.forEach(expression -> collect(expression, columns, found));
    return found;
  }

  private static void collect(Expression expression, AttributeSet columns, List<LlamaCall> found) {
    if (expression instanceof LlamaCall call
        && !in(call.input())
        && call.references().subsetOf(columns)) {
      if (found.stream().noneMatch(call::semanticEquals)) {
        found.add(call);
      }
      return;
    }
    ScalaFunctions.<Expression>list(expression.children())
        .forEach(child -> collect(child, columns, found));
  }

  /** The expression with each call replaced for which there is a replacement. */
  static Expression replace(
      Expression expression, Function<Expression, Optional<Expression>> replacement) {
    return expression.transform(new Replacement(replacement));
  }

  static LogicalPlan replaceIn(
      LogicalPlan plan, Function<Expression, Optional<Expression>> replacement) {
    return plan.transformExpressions(new Replacement(replacement));
  }

  private static final class Replacement extends AbstractPartialFunction<Expression, Expression> {

    private final Function<Expression, Optional<Expression>> replacement;

    Replacement(Function<Expression, Optional<Expression>> replacement) {
      this.replacement = replacement;
    }

    @Override
    public boolean isDefinedAt(Expression expression) {
      return replacement.apply(expression).isPresent();
    }

    @Override
    public Expression apply(Expression expression) {
      return replacement.apply(expression).orElse(expression);
    }
  }
}
