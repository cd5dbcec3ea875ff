package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.ScalarSubquery;

/**
 * A place where a call stands.
 *
 * @param call the call
 * @param conditions what is true of the rows that need its answer; none for all rows
 */
record CallUse(LlamaCall call, List<Expression> conditions) {

  /**
   * Keeps the conditions that a node over some columns can compute, and that are the same when they
   * are computed once more. To leave one out asks more, and is never wrong; but what stands behind
   * it may fail on rows that it would have kept away, as a division does.
   */
  CallUse over(AttributeSet columns) {
    return keep(condition -> computable(condition, columns));
  }

  /** Without conditions that wait for other calls. */
  CallUse impatient() {
    return keep(condition -> !Calls.in(condition));
  }

  private CallUse keep(Predicate<Expression> wanted) {
    List<Expression> kept = new ArrayList<>();
    boolean complete = true;
    for (Expression condition : conditions) {
      if (wanted.test(condition) && (complete || Conditions.neverFails(condition))) {
        kept.add(condition);
      } else {
        complete = false;
      }
    }
    return new CallUse(call, kept);
  }

  /** Whether all rows that need this use's answer need it for another use as well. */
  boolean within(CallUse other) {
    return other.conditions.stream()
        .allMatch(condition -> Conditions.contains(conditions, condition));
  }

  boolean waits() {
    return conditions.stream().anyMatch(Calls::in);
  }

  /** IN and EXISTS become joins later, which this node is not made for. */
  private static boolean becomesJoin(Expression part) {
    return part instanceof PlanExpression && !(part instanceof ScalarSubquery);
  }

  private static boolean computable(Expression condition, AttributeSet columns) {
    return condition.deterministic()
        && condition.references().subsetOf(columns)
        && !condition.exists(ScalaFunctions.of(CallUse::becomesJoin));
  }
}
