package io.sparkllama.spark.estimate;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.LlamaExec;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.plan.LlamaEval;
import io.sparkllama.spark.plan.LlamaGroups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import scala.Option;

/**
 * A plan without the calls in it, so that it can be run for its rows. Answers are NULL, and what
 * tests them lets every row pass: the plan has at least the rows that it would have with them.
 */
final class WithoutAnswers {

  /** Columns that depend on answers, with the call whose answer a column is, if it is one. */
  private final Map<ExprId, Optional<LlamaCall>> unknown = new HashMap<>();

  private final LogicalPlan plan;
  private boolean countable = true;
  private boolean choosesByAnswers;

  private WithoutAnswers(LogicalPlan plan) {
    this.plan =
        plan.transformUp(
            ScalaFunctions.<LogicalPlan, LogicalPlan>partial(node -> Optional.of(without(node))));
  }

  static WithoutAnswers of(LogicalPlan plan) {
    return new WithoutAnswers(plan);
  }

  LogicalPlan plan() {
    return plan;
  }

  /** Whether the number of rows is the same whatever is answered, or less with answers. */
  boolean countable() {
    return countable;
  }

  /** Whether some of the rows would go, depending on answers. */
  boolean choosesByAnswers() {
    return choosesByAnswers;
  }

  /** Whether an expression depends on answers. */
  boolean unknown(Expression expression) {
    return expression.exists(
        ScalaFunctions.of(
            part ->
                part instanceof LlamaCall
                    || (part instanceof Attribute column && unknown.containsKey(column.exprId()))
                    || (part instanceof SubqueryExpression subquery && asks(subquery))));
  }

  /** The call whose answer an expression is. */
  Optional<LlamaCall> answer(Expression expression) {
    return expression instanceof Attribute column
        ? unknown.getOrDefault(column.exprId(), Optional.empty())
        : Optional.empty();
  }

  private static boolean asks(SubqueryExpression subquery) {
    return !QueryEstimate.evaluations(subquery.plan()).isEmpty();
  }

  private LogicalPlan without(LogicalPlan node) {
    if (node instanceof LlamaEval eval) {
      return withoutCalls(eval);
    }
    if (node instanceof LlamaGroups groups) {
      return withoutGroups(groups);
    }
    if (node instanceof InMemoryRelation cached) {
      countable &= !asksWhenRead(cached);
      return node;
    }
    if (node instanceof Union union) {
      ScalaFunctions.<LogicalPlan>list(union.children()).forEach(child -> joins(union, child));
    }
    List<Expression> expressions = ScalaFunctions.list(node.expressions());
    if (expressions.stream().noneMatch(this::unknown)) {
      return node;
    }
    if (node instanceof Filter filter) {
      choosesByAnswers = true;
      return withoutConditions(filter);
    }
    countable &= keepsRows(node);
    return node.mapExpressions(ScalaFunctions.of(this::withoutAnswer));
  }

  private LogicalPlan withoutCalls(LlamaEval eval) {
    LogicalPlan child = eval.children().head();
    List<NamedExpression> columns =
        new ArrayList<>(ScalaFunctions.<NamedExpression>list(child.output()));
    for (int i = 0; i < eval.calls().size(); i++) {
      Attribute result = eval.results().get(i);
      unknown.put(result.exprId(), Optional.of(eval.calls().get(i)));
      columns.add(unanswered((NamedExpression) result));
    }
    return new Project(ScalaFunctions.seq(columns), child);
  }

  private LogicalPlan withoutGroups(LlamaGroups groups) {
    List<NamedExpression> columns = new ArrayList<>(groups.kept());
    for (Attribute result : groups.results()) {
      unknown.put(result.exprId(), Optional.empty());
      columns.add(unanswered((NamedExpression) result));
    }
    return new Project(ScalaFunctions.seq(columns), groups.children().head());
  }

  /** Reading a cached table for the first time would ask. */
  private static boolean asksWhenRead(InMemoryRelation cached) {
    return !cached.cacheBuilder().isCachedColumnBuffersLoaded()
        && cached
            .cacheBuilder()
            .cachedPlan()
            .exists(ScalaFunctions.of(node -> node instanceof LlamaExec));
  }

  private void joins(Union union, LogicalPlan child) {
    List<Attribute> columns = ScalaFunctions.list(child.output());
    for (int i = 0; i < columns.size(); i++) {
      if (unknown(columns.get(i))) {
        unknown.putIfAbsent(
            ScalaFunctions.<Attribute>list(union.output()).get(i).exprId(), Optional.empty());
      }
    }
  }

  private LogicalPlan withoutConditions(Filter filter) {
    return conjuncts(filter.condition())
        .filter(condition -> !unknown(condition))
        .reduce(And::new)
        .<LogicalPlan>map(known -> new Filter(known, filter.child()))
        .orElse(filter.child());
  }

  private static Stream<Expression> conjuncts(Expression condition) {
    return condition instanceof And and
        ? Stream.concat(conjuncts(and.left()), conjuncts(and.right()))
        : Stream.of(condition);
  }

  /** Whether what a node computes of answers leaves the number of its rows alone. */
  private boolean keepsRows(LogicalPlan node) {
    return node instanceof Project
        || node instanceof Sort
        || node instanceof Window
        || (node instanceof Aggregate aggregate
            && ScalaFunctions.<Expression>list(aggregate.groupingExpressions()).stream()
                .noneMatch(this::unknown));
  }

  private Expression withoutAnswer(Expression expression) {
    if (!(expression instanceof Alias alias) || !unknown(alias)) {
      return expression;
    }
    unknown.put(alias.exprId(), answer(alias.child()));
    return (Expression) unanswered(alias);
  }

  private static NamedExpression unanswered(NamedExpression column) {
    return new Alias(
        Literal.create(null, ((Expression) column).dataType()),
        column.name(),
        column.exprId(),
        ScalaFunctions.seq(List.of()),
        Option.empty(),
        ScalaFunctions.seq(List.of()));
  }
}
