package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.Optional;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;

/** Moves aggregates of ours out of Spark's aggregate node into nodes below, which read groups. */
public final class ExtractAggregates extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node ->
                node instanceof Aggregate aggregate && Aggregates.in(aggregate)
                    ? Optional.of(new GroupExtraction(aggregate).plan())
                    : Optional.empty()));
  }
}
