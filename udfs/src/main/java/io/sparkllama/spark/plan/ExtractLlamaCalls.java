package io.sparkllama.spark.plan;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.WrongCall;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Moves every call out of its expression into a {@link LlamaEval} below. Commands, such as Delta's
 * DELETE, run queries of their own.
 */
public final class ExtractLlamaCalls extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node -> asks(node) ? Optional.of(extract(node)) : Optional.empty()));
  }

  private static boolean asks(LogicalPlan node) {
    return !(node instanceof LlamaEval) && !(node instanceof Command) && Calls.in(node);
  }

  private static LogicalPlan extract(LogicalPlan node) {
    if (SubqueryExtraction.concerns(node)) {
      return new SubqueryExtraction(node).plan();
    }
    if (node instanceof Filter filter) {
      return new FilterExtraction(filter).plan();
    }
    if (node instanceof Aggregate aggregate) {
      return new AggregateExtraction(aggregate).plan();
    }
    if (node instanceof Join join) {
      return new JoinExtraction(join).plan();
    }
    return below(node);
  }

  /**
   * Computes calls on the rows of the node's only child, inner ones before those around them, and
   * hides the new columns again where the node passes its child's columns on.
   */
  static LogicalPlan below(LogicalPlan node) {
    LogicalPlan current = node;
    while (Calls.in(current)) {
      if (current.children().size() != 1) {
        throw unsupported(node);
      }
      LogicalPlan child = current.children().head();
      List<GuardedCall> calls = GuardedCall.next(uses(current), child.outputSet());
      if (calls.isEmpty()) {
        throw unsupported(node);
      }
      Evaluated evaluated = Evaluated.over(child, calls);
      LogicalPlan replaced = Calls.replaceIn(current, evaluated::column);
      current = replaced.withNewChildren(ScalaFunctions.seq(List.of(evaluated.plan())));
    }
    return withOutput(current, node);
  }

  private static List<CallUse> uses(LogicalPlan node) {
    return node instanceof Filter filter
        ? CallUses.inPredicate(filter.condition())
        : CallUses.in(ScalaFunctions.list(node.expressions()));
  }

  /** A plan with the columns of the original. */
  static LogicalPlan withOutput(LogicalPlan plan, LogicalPlan original) {
    return plan.output().size() == original.output().size()
        ? plan
        : new Project(
            ScalaFunctions.<NamedExpression>seq(
                ScalaFunctions.<NamedExpression>list(original.output())),
            plan);
  }

  static RuntimeException unsupported(LogicalPlan node) {
    return refusal(
        "Cannot run a llama function in %s: expected SELECT, WHERE, GROUP BY, ORDER BY or JOIN. Compute the call in a subquery first."
            .formatted(node.nodeName()));
  }

  static RuntimeException inLambda() {
    return refusal(
        "Cannot run a llama function in a lambda: expected a column outside of transform, filter and"
            + " other functions over arrays. Make rows of the array with explode first.");
  }

  private static RuntimeException refusal(String message) {
    return WrongCall.of("llama", new RequestException(message));
  }
}
