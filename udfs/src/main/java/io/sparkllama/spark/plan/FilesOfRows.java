package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockLength;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockStart;
import org.apache.spark.sql.catalyst.expressions.InputFileName;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Asks for the file of a row below the calls. Spark knows which file it reads at the moment, and a
 * node with calls has read on by the time that its rows come out. Delta finds by such files what
 * UPDATE and DELETE have to rewrite.
 */
public final class FilesOfRows extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<LogicalPlan, LogicalPlan>partial(
            node -> asks(node) ? Optional.of(asked(node)) : Optional.empty()));
  }

  private static boolean asks(LogicalPlan node) {
    return node.children().size() == 1
        && ScalaFunctions.<Expression>list(node.expressions()).stream()
            .anyMatch(expression -> expression.exists(ScalaFunctions.of(FilesOfRows::ofFile)))
        && waits(node.children().head());
  }

  private static boolean ofFile(Expression expression) {
    return expression instanceof InputFileName
        || expression instanceof InputFileBlockStart
        || expression instanceof InputFileBlockLength;
  }

  /** Whether rows wait for answers, in nodes that pass them on one by one. */
  private static boolean waits(LogicalPlan plan) {
    return plan instanceof LlamaEval
        || ((plan instanceof Filter || plan instanceof Project) && waits(plan.children().head()));
  }

  private static LogicalPlan asked(LogicalPlan node) {
    Map<String, Alias> columns = new LinkedHashMap<>();
    LogicalPlan replaced =
        Calls.replaceIn(
            node,
            expression ->
                ofFile(expression)
                    ? Optional.of(
                        columns
                            .computeIfAbsent(
                                expression.prettyName(), name -> Columns.named(expression, name))
                            .toAttribute())
                    : Optional.empty());
    LogicalPlan child = node.children().head();
    for (Alias column : columns.values()) {
      child = below(child, column);
    }
    return ExtractLlamaCalls.withOutput(
        replaced.withNewChildren(ScalaFunctions.seq(List.of(child))), node);
  }

  private static LogicalPlan below(LogicalPlan plan, Alias column) {
    LogicalPlan child = plan.children().head();
    LogicalPlan changed = waits(child) ? below(child, column) : Columns.added(column, child);
    if (plan instanceof Project project) {
      return Columns.passing(column.toAttribute(), project, changed);
    }
    return plan.withNewChildren(ScalaFunctions.seq(List.of(changed)));
  }
}
