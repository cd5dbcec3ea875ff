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
                Aggregates.in(node)
                    ? Optional.of(new GroupExtraction((Aggregate) node).plan())
                    : Optional.empty()));
  }
}
