package io.sparkllama.spark.plan;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.spark.functions.WrongCall;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RowOrdering;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;

/** Finds aggregates of ours, and refuses them where they cannot run. */
public final class Aggregates {

  private Aggregates() {}

  static boolean in(LogicalPlan node) {
    return ScalaFunctions.<Expression>list(node.expressions()).stream()
        .anyMatch(
            expression ->
                expression.exists(ScalaFunctions.of(part -> part instanceof LlamaAggregate)));
  }

  /** Those in an expression, as Spark wraps them. */
  static List<AggregateExpression> of(Expression expression) {
    return ScalaFunctions.list(
        expression.collect(
            ScalaFunctions.<Expression, AggregateExpression>partial(
                part ->
                    part instanceof AggregateExpression aggregate
                            && aggregate.aggregateFunction() instanceof LlamaAggregate
                        ? Optional.of(aggregate)
                        : Optional.empty())));
  }

  /** Throws an AnalysisException for an analyzed plan that has one in a wrong place. */
  public static void check(LogicalPlan plan) {
    plan.foreach(
        ScalaFunctions.of(
            node -> {
              if (in(node)) {
                checkNode(node);
              }
              return scala.runtime.BoxedUnit.UNIT;
            }));
  }

  private static void checkNode(LogicalPlan node) {
    List<AggregateExpression> all =
        ScalaFunctions.<Expression>list(node.expressions()).stream()
            .flatMap(expression -> of(expression).stream())
            .toList();
    for (AggregateExpression aggregate : all) {
      refusal(node, aggregate)
          .ifPresent(
              reason -> {
                String function = aggregate.aggregateFunction().prettyName();
                throw WrongCall.of(
                    function, new RequestException("Cannot run %s %s".formatted(function, reason)));
              });
    }
  }

  private static Optional<String> refusal(LogicalPlan node, AggregateExpression aggregate) {
    if (node instanceof Window) {
      return Optional.of(
          "OVER a window: expected GROUP BY. Compute it for groups in a subquery and join it.");
    }
    if (!(node instanceof Aggregate groups)) {
      return Optional.of(
          "in %s: expected SELECT, with or without GROUP BY. Compute it in a subquery first."
              .formatted(node.nodeName()));
    }
    if (node.isStreaming()) {
      return Optional.of(
          "over a stream: expected a table. Use foreachBatch, which has each batch as a table.");
    }
    if (aggregate.isDistinct() && !TextGroup.call(aggregate).order().isEmpty()) {
      return Optional.of(
          "with DISTINCT and WITHIN GROUP: expected one of them. Take distinct rows in a subquery"
              + " first.");
    }
    return ScalaFunctions.<Expression>list(groups.groupingExpressions()).stream()
        .filter(key -> !RowOrdering.isOrderable(key.dataType()))
        .findFirst()
        .map(
            key ->
                "in groups by a %s: expected a type that can be sorted. Group by a part of it or by to_json of it."
                    .formatted(key.dataType().sql()));
  }
}
