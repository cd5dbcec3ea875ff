package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Not;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.Predicate;

/** Conditions taken apart, put together, and freed of NULL. */
final class Conditions {

  static final Expression ALWAYS = Literal.TrueLiteral();

  private Conditions() {}

  static boolean always(Expression condition) {
    return condition.semanticEquals(ALWAYS);
  }

  static List<Expression> conjuncts(Expression condition) {
    return parts(condition, And.class);
  }

  static List<Expression> disjuncts(Expression condition) {
    return parts(condition, Or.class);
  }

  /** All of some conditions; {@link #ALWAYS} for none. */
  static Expression and(List<Expression> conjuncts) {
    return conjuncts.stream().reduce(And::new).orElse(ALWAYS);
  }

  static Expression or(List<Expression> disjuncts) {
    return disjuncts.stream().reduce(Or::new).orElseThrow();
  }

  static Expression isTrue(Expression condition) {
    return withoutNull(condition, Literal.FalseLiteral());
  }

  static Expression isNotTrue(Expression condition) {
    return new Not(isTrue(condition));
  }

  static Expression isNotFalse(Expression condition) {
    return withoutNull(condition, Literal.TrueLiteral());
  }

  static Expression isNull(Expression value) {
    return new IsNull(value);
  }

  /** Whether a condition has an answer for every row, also where Spark is strict. */
  static boolean neverFails(Expression condition) {
    return !condition.exists(ScalaFunctions.of(part -> !harmless(part)));
  }

  private static boolean harmless(Expression part) {
    return part instanceof Predicate
        || part instanceof Attribute
        || part instanceof Literal
        || part instanceof Coalesce;
  }

  static boolean contains(List<Expression> conditions, Expression condition) {
    return conditions.stream().anyMatch(condition::semanticEquals);
  }

  private static Expression withoutNull(Expression condition, Literal instead) {
    return condition.nullable()
        ? new Coalesce(ScalaFunctions.seq(List.of(condition, instead)))
        : condition;
  }

  private static List<Expression> parts(Expression condition, Class<?> operator) {
    if (!operator.isInstance(condition)) {
      return List.of(condition);
    }
    List<Expression> parts = new ArrayList<>();
    ScalaFunctions.<Expression>list(condition.children())
        .forEach(child -> parts.addAll(parts(child, operator)));
    return parts;
  }
}
