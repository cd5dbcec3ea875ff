package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Filters by what costs nothing before the model is asked. */
record FilterExtraction(Filter filter) {

  LogicalPlan plan() {
    List<Expression> cheap = new ArrayList<>();
    List<Expression> calling = new ArrayList<>();
    boolean deterministic = filter.condition().deterministic();
    for (Expression conjunct : conjuncts(filter.condition())) {
      (deterministic && !Calls.in(conjunct) ? cheap : calling).add(conjunct);
    }
    LogicalPlan child = cheap.isEmpty() ? filter.child() : new Filter(and(cheap), filter.child());
    return ExtractLlamaCalls.withOutput(
        ExtractLlamaCalls.below(new Filter(and(calling), child)), filter);
  }

  static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And)) {
      return List.of(condition);
    }
    return ScalaFunctions.<Expression>list(condition.children()).stream()
        .flatMap(part -> conjuncts(part).stream())
        .toList();
  }

  static Expression and(List<Expression> conjuncts) {
    return conjuncts.stream().reduce(And::new).orElseThrow();
  }
}
