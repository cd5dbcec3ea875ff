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
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.Metadata;

/**
 * A plan that has the results of some calls among its columns.
 *
 * @param plan the plan
 * @param results column of each call
 */
record Evaluated(LogicalPlan plan, Map<LlamaCall, Attribute> results) {

  /**
   * Adds calls to a plan, a node for each model and settings; one that the plan has computed
   * already is taken from there.
   */
  static Evaluated over(LogicalPlan child, List<LlamaCall> calls) {
    Map<LlamaCall, Attribute> results = new HashMap<>();
    LogicalPlan plan = child;
    List<LlamaCall> missing = new ArrayList<>();
    for (LlamaCall call : calls) {
      Optional<Attribute> known = computed(plan, call);
      if (known.isPresent()) {
        plan = exposed(plan, known.get());
        results.put(call, known.get());
      } else {
        missing.add(call);
      }
    }
    Map<LlamaSettings, List<LlamaCall>> bySettings =
        missing.stream()
            .collect(
                Collectors.groupingBy(
                    LlamaCall::settings, LinkedHashMap::new, Collectors.toList()));
    for (List<LlamaCall> group : bySettings.values()) {
      List<Attribute> columns = group.stream().map(Evaluated::column).toList();
      for (int i = 0; i < group.size(); i++) {
        results.put(group.get(i), columns.get(i));
      }
      plan = new LlamaEval(ScalaFunctions.seq(group), ScalaFunctions.seq(columns), plan);
    }
    return new Evaluated(plan, results);
  }

  /** The column that stands for a call. */
  Optional<Expression> column(Expression expression) {
    if (!(expression instanceof LlamaCall call)) {
      return Optional.empty();
    }
    return results.entrySet().stream()
        .filter(entry -> entry.getKey().semanticEquals(call))
        .map(entry -> (Expression) entry.getValue())
        .findFirst();
  }

  /** The column of an equal call below, through nodes that pass rows on one by one. */
  private static Optional<Attribute> computed(LogicalPlan plan, LlamaCall call) {
    if (plan instanceof LlamaEval eval) {
      for (int i = 0; i < eval.calls().size(); i++) {
        if (eval.calls().get(i).semanticEquals(call)) {
          return Optional.of(eval.results().get(i));
        }
      }
      return computed(eval.child(), call);
    }
    if (plan instanceof Filter filter) {
      return computed(filter.child(), call);
    }
    return plan instanceof Project project && onlyColumns(project)
        ? computed(project.child(), call)
        : Optional.empty();
  }

  private static boolean onlyColumns(Project project) {
    return ScalaFunctions.<NamedExpression>list(project.projectList()).stream()
        .allMatch(Attribute.class::isInstance);
  }

  /** Lets a column pass projections that drop it. */
  private static LogicalPlan exposed(LogicalPlan plan, Attribute column) {
    if (plan.outputSet().contains((NamedExpression) column)) {
      return plan;
    }
    LogicalPlan child = exposed(plan.children().head(), column);
    if (plan instanceof Project project) {
      List<NamedExpression> columns =
          new ArrayList<>(ScalaFunctions.<NamedExpression>list(project.projectList()));
      columns.add(column);
      return new Project(ScalaFunctions.seq(columns), child);
    }
    return plan.withNewChildren(ScalaFunctions.seq(List.of(child)));
  }

  private static Attribute column(LlamaCall call) {
    return new AttributeReference(
        call.prettyName(),
        call.dataType(),
        true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        ScalaFunctions.seq(List.of()));
  }
}
