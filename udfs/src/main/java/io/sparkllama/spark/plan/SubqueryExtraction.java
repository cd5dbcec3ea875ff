package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InSubquery;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.optimizer.RewritePredicateSubquery;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Calls beside IN and EXISTS. They may need columns of the query and of the subquery, so Spark's
 * own rule makes a join of both before its turn.
 */
record SubqueryExtraction(LogicalPlan node) {

  static boolean concerns(LogicalPlan node) {
    return ScalaFunctions.<Expression>list(node.expressions()).stream()
        .anyMatch(expression -> expression.exists(ScalaFunctions.of(SubqueryExtraction::concerns)));
  }

  private static boolean concerns(Expression part) {
    return (part instanceof SubqueryExpression || part instanceof InSubquery) && Calls.in(part);
  }

  LogicalPlan plan() {
    LogicalPlan joined = RewritePredicateSubquery.apply(node);
    if (concerns(joined)) {
      throw ExtractLlamaCalls.unsupported(node);
    }
    return new ExtractLlamaCalls().apply(joined);
  }
}
