package io.sparkllama.spark.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Filters by what costs nothing before the model is asked. */
record FilterExtraction(Filter filter) {

  LogicalPlan plan() {
    List<Expression> cheap = new ArrayList<>();
    List<Expression> calling = new ArrayList<>();
    for (Expression conjunct : Conditions.conjuncts(filter.condition())) {
      (Calls.in(conjunct) ? calling : cheap).add(conjunct);
    }
    LogicalPlan child =
        cheap.isEmpty() ? filter.child() : new Filter(Conditions.and(cheap), filter.child());
    return ExtractLlamaCalls.withOutput(
        ExtractLlamaCalls.below(new Filter(Conditions.and(calling), child)), filter);
  }
}
