package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * A plan that has the results of some calls among its columns.
 *
 * @param plan the plan
 * @param results where each call's answer stands
 */
record Evaluated(LogicalPlan plan, Map<LlamaCall, Expression> results) {

  /**
   * Adds calls to a plan, a node for each model and settings. An answer that the plan has already
   * is taken from there, and only rows are asked that have not been.
   */
  static Evaluated over(LogicalPlan child, List<GuardedCall> calls) {
    Map<LlamaCall, Expression> results = new HashMap<>();
    LogicalPlan plan = child;
    List<GuardedCall> missing = new ArrayList<>();
    Map<LlamaCall, Computed> partial = new HashMap<>();
    for (GuardedCall wanted : calls) {
      Optional<Computed> known = Computed.in(plan, wanted.call());
      if (known.isEmpty()) {
        missing.add(wanted);
        continue;
      }
      if (known.get().covers(wanted)) {
        plan = known.get().withColumn(plan);
        results.put(wanted.call(), known.get().column());
      } else {
        plan = known.get().withColumnAndGuard(plan);
        missing.add(known.get().rest(wanted));
        partial.put(wanted.call(), known.get());
      }
    }
    for (List<GuardedCall> group : bySettings(missing)) {
      List<Attribute> columns =
          group.stream().map(wanted -> Columns.answer(wanted.call())).toList();
      plan = eval(group, columns, plan);
      for (int i = 0; i < columns.size(); i++) {
        results.put(group.get(i).call(), columns.get(i));
      }
    }
    partial.forEach(
        (call, known) ->
            results.computeIfPresent(
                call, (key, rest) -> new If(known.guard(), known.column(), rest)));
    return new Evaluated(plan, results);
  }

  /** What stands for a call. */
  Optional<Expression> column(Expression expression) {
    if (!(expression instanceof LlamaCall call)) {
      return Optional.empty();
    }
    return results.entrySet().stream()
        .filter(entry -> entry.getKey().semanticEquals(call))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Iterable<List<GuardedCall>> bySettings(List<GuardedCall> calls) {
    Map<LlamaSettings, List<GuardedCall>> groups =
        calls.stream()
            .collect(
                Collectors.groupingBy(
                    wanted -> wanted.call().settings(), LinkedHashMap::new, Collectors.toList()));
    return groups.values();
  }

  private static LlamaEval eval(
      List<GuardedCall> calls, List<Attribute> columns, LogicalPlan child) {
    return new LlamaEval(
        ScalaFunctions.seq(calls.stream().map(GuardedCall::call).toList()),
        ScalaFunctions.seq(calls.stream().map(GuardedCall::guard).toList()),
        ScalaFunctions.seq(columns),
        child);
  }
}
