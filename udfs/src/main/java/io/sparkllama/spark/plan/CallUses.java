package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import scala.Tuple2;

/** Walks an expression as Spark evaluates it, and notes under which conditions it meets a call. */
final class CallUses {

  private final List<CallUse> uses = new ArrayList<>();

  private CallUses() {}

  /** The calls in a condition that keeps a row where it is true, so that NULL is as false. */
  static List<CallUse> inPredicate(Expression condition) {
    CallUses walk = new CallUses();
    walk.predicate(condition, List.of());
    return walk.uses;
  }

  static List<CallUse> in(List<Expression> expressions) {
    CallUses walk = new CallUses();
    expressions.forEach(expression -> walk.value(expression, List.of()));
    return walk.uses;
  }

  private void predicate(Expression condition, List<Expression> given) {
    if (condition instanceof And) {
      List<Expression> known = new ArrayList<>(given);
      for (Expression part : cheapFirst(Conditions.conjuncts(condition))) {
        predicate(part, known);
        known.add(Conditions.isTrue(part));
      }
    } else {
      value(condition, given);
    }
  }

  private void value(Expression expression, List<Expression> given) {
    if (!Calls.in(expression)) {
      return;
    }
    if (expression instanceof LlamaCall call) {
      uses.add(new CallUse(call, List.copyOf(given)));
      children(call, given);
    } else if (expression instanceof And and) {
      conjunction(and, given);
    } else if (expression instanceof Or or) {
      disjunction(or, given);
    } else if (expression instanceof CaseWhen cases) {
      branches(cases, given);
    } else if (expression instanceof If either) {
      predicate(either.predicate(), given);
      value(either.trueValue(), with(given, Conditions.isTrue(either.predicate())));
      value(either.falseValue(), with(given, Conditions.isNotTrue(either.predicate())));
    } else if (expression instanceof Coalesce coalesce) {
      alternatives(coalesce, given);
    } else if (expression instanceof AggregateExpression aggregate) {
      aggregate(aggregate);
    } else if (expression instanceof LambdaFunction) {
      throw ExtractLlamaCalls.inLambda();
    } else {
      children(expression, given);
    }
  }

  private void children(Expression expression, List<Expression> given) {
    ScalaFunctions.<Expression>list(expression.children()).forEach(child -> value(child, given));
  }

  private void conjunction(And and, List<Expression> given) {
    List<Expression> known = new ArrayList<>(given);
    for (Expression part : cheapFirst(Conditions.conjuncts(and))) {
      value(part, known);
      known.add(Conditions.isNotFalse(part));
    }
  }

  private void disjunction(Or or, List<Expression> given) {
    List<Expression> known = new ArrayList<>(given);
    for (Expression part : cheapFirst(Conditions.disjuncts(or))) {
      value(part, known);
      known.add(Conditions.isNotTrue(part));
    }
  }

  private void branches(CaseWhen cases, List<Expression> given) {
    List<Expression> known = new ArrayList<>(given);
    for (Tuple2<Expression, Expression> branch :
        ScalaFunctions.<Tuple2<Expression, Expression>>list(cases.branches())) {
      predicate(branch._1(), known);
      value(branch._2(), with(known, Conditions.isTrue(branch._1())));
      known.add(Conditions.isNotTrue(branch._1()));
    }
    if (cases.elseValue().isDefined()) {
      value(cases.elseValue().get(), known);
    }
  }

  private void alternatives(Coalesce coalesce, List<Expression> given) {
    List<Expression> known = new ArrayList<>(given);
    for (Expression part : ScalaFunctions.<Expression>list(coalesce.children())) {
      value(part, known);
      known.add(Conditions.isNull(part));
    }
  }

  /** An aggregate function reads every row that passes its own filter, whatever stands around. */
  private void aggregate(AggregateExpression aggregate) {
    List<Expression> known = new ArrayList<>();
    if (aggregate.filter().isDefined()) {
      predicate(aggregate.filter().get(), known);
      known.add(Conditions.isTrue(aggregate.filter().get()));
    }
    value(aggregate.aggregateFunction(), known);
  }

  /** AND and OR have one value in any order, so what costs nothing goes first. */
  private static List<Expression> cheapFirst(List<Expression> parts) {
    return Stream.concat(
            parts.stream().filter(part -> !Calls.in(part)), parts.stream().filter(Calls::in))
        .toList();
  }

  private static List<Expression> with(List<Expression> given, Expression more) {
    return Stream.concat(given.stream(), Stream.of(more)).toList();
  }
}
