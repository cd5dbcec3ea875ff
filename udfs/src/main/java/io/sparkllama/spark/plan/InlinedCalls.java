package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Puts a call that has a name in one projection where the next one uses the name, so that its guard
 * sees every use. Spark leaves what is used twice where it is; here equal calls are one anyway.
 */
public final class InlinedCalls extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node ->
                node instanceof Project upper
                        && upper.child() instanceof Project lower
                        && !calls(lower).isEmpty()
                    ? Optional.of(inlined(upper, lower))
                    : Optional.empty()));
  }

  private static Map<ExprId, LlamaCall> calls(Project project) {
    Map<ExprId, LlamaCall> calls = new LinkedHashMap<>();
    for (NamedExpression column : ScalaFunctions.<NamedExpression>list(project.projectList())) {
      if (column instanceof Alias alias && alias.child() instanceof LlamaCall call) {
        calls.put(column.exprId(), call);
      }
    }
    return calls;
  }

  private static Project inlined(Project upper, Project lower) {
    Map<ExprId, LlamaCall> calls = calls(lower);
    List<NamedExpression> kept = new ArrayList<>();
    for (NamedExpression column : ScalaFunctions.<NamedExpression>list(lower.projectList())) {
      if (!calls.containsKey(column.exprId())) {
        kept.add(column);
      }
    }
    for (LlamaCall call : calls.values()) {
      for (Attribute needed : ScalaFunctions.<Attribute>list(call.references())) {
        if (!Columns.only(kept, lower.child()).outputSet().contains((NamedExpression) needed)) {
          kept.add(needed);
        }
      }
    }
    List<NamedExpression> columns =
        ScalaFunctions.<NamedExpression>list(upper.projectList()).stream()
            .map(column -> inlined(column, calls))
            .toList();
    return Columns.only(columns, Columns.only(kept, lower.child()));
  }

  private static NamedExpression inlined(NamedExpression column, Map<ExprId, LlamaCall> calls) {
    return column instanceof Attribute && calls.containsKey(column.exprId())
        ? Columns.named(calls.get(column.exprId()), column.name(), column.exprId())
        : (NamedExpression)
            Calls.replace(
                (Expression) column,
                part ->
                    part instanceof Attribute name
                        ? Optional.ofNullable(calls.get(name.exprId()))
                        : Optional.empty());
  }
}
