package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.Metadata;
import scala.Option;

/** Columns made for a plan, and projections of them. */
final class Columns {

  private Columns() {}

  static Alias named(Expression value, String name) {
    return named(value, name, NamedExpression.newExprId());
  }

  static Alias named(Expression value, String name, ExprId id) {
    return new Alias(
        value,
        name,
        id,
        ScalaFunctions.seq(List.of()),
        Option.empty(),
        ScalaFunctions.seq(List.of()));
  }

  static List<NamedExpression> of(LogicalPlan plan) {
    return ScalaFunctions.<NamedExpression>list(plan.output());
  }

  /** A new column for the answers of a call. */
  static Attribute answer(Expression call) {
    return new AttributeReference(
        call.prettyName(),
        call.dataType(),
        true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        ScalaFunctions.seq(List.of()));
  }

  static Project only(List<? extends NamedExpression> columns, LogicalPlan plan) {
    return new Project(ScalaFunctions.<NamedExpression>seq(columns), plan);
  }

  /** A projection over another child that passes one more column on. */
  static Project passing(NamedExpression column, Project project, LogicalPlan child) {
    List<NamedExpression> columns =
        new ArrayList<>(ScalaFunctions.<NamedExpression>list(project.projectList()));
    columns.add(column);
    return only(columns, child);
  }

  static Project added(NamedExpression column, LogicalPlan plan) {
    List<NamedExpression> columns = new ArrayList<>(of(plan));
    columns.add(column);
    return only(columns, plan);
  }
}
