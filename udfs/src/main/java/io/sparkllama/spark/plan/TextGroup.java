package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaAggregate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.XxHash64;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.DataTypes;

/**
 * The texts of each group in one order, and the calls that read them. Texts with the same hash are
 * told apart by their bytes, so the order depends on the texts alone.
 */
final class TextGroup {

  private final AggregateExpression example;
  private final Alias text;
  private final Alias hash;
  private final List<Alias> orderColumns = new ArrayList<>();
  private final List<SortOrder> order = new ArrayList<>();
  private final Map<LlamaAggregate, Attribute> results = new LinkedHashMap<>();

  private TextGroup(AggregateExpression aggregate, int number) {
    LlamaAggregate call = call(aggregate);
    this.example = aggregate;
    Expression texts =
        aggregate.filter().isDefined()
            ? new If(
                aggregate.filter().get(), call.text(), Literal.create(null, call.text().dataType()))
            : call.text();
    String name = call.text() instanceof NamedExpression named ? named.name() : "text_" + number;
    this.text = Columns.named(texts, name);
    this.hash =
        Columns.named(
            new XxHash64(ScalaFunctions.<Expression>seq(List.of(bytes(texts)))), "hash_" + number);
    for (SortOrder wanted : call.order()) {
      Alias column = Columns.named(wanted.child(), "order_" + number + "_" + order.size());
      orderColumns.add(column);
      order.add(
          new SortOrder(
              (Expression) column.toAttribute(),
              wanted.direction(),
              wanted.nullOrdering(),
              ScalaFunctions.<Expression>seq(List.of())));
    }
    order.add(ascending((Expression) hash.toAttribute()));
    order.add(ascending(bytes((Expression) text.toAttribute())));
  }

  /** The calls of some aggregates, those together that read the same texts in the same order. */
  static List<TextGroup> of(List<AggregateExpression> aggregates) {
    List<TextGroup> groups = new ArrayList<>();
    for (AggregateExpression aggregate : aggregates) {
      TextGroup group =
          groups.stream()
              .filter(known -> known.reads(aggregate))
              .findFirst()
              .orElseGet(
                  () -> {
                    TextGroup added = new TextGroup(aggregate, groups.size());
                    groups.add(added);
                    return added;
                  });
      group.results.computeIfAbsent(call(aggregate), Columns::answer);
    }
    return groups;
  }

  private boolean reads(AggregateExpression other) {
    LlamaAggregate one = call(example);
    LlamaAggregate two = call(other);
    return example.isDistinct() == other.isDistinct()
        && one.settings().equals(two.settings())
        && one.text().semanticEquals(two.text())
        && same(one.order(), two.order())
        && same(
            ScalaFunctions.<Expression>list(example.filter().toList()),
            ScalaFunctions.<Expression>list(other.filter().toList()));
  }

  private static boolean same(List<? extends Expression> some, List<? extends Expression> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = some.get(i).semanticEquals(others.get(i));
    }
    return same;
  }

  /** Columns that the calls read and nobody else. */
  List<Alias> columns() {
    List<Alias> columns = new ArrayList<>(List.of(text, hash));
    columns.addAll(orderColumns);
    return columns;
  }

  /** The plan with a column of each call, and without those that only the calls read. */
  LogicalPlan over(LogicalPlan plan, List<Attribute> keys) {
    List<Attribute> kept =
        ScalaFunctions.<Attribute>list(plan.output()).stream()
            .filter(
                column -> columns().stream().noneMatch(own -> own.exprId().equals(column.exprId())))
            .toList();
    return new LlamaGroups(
        ScalaFunctions.seq(keys.stream().map(key -> ascending((Expression) key)).toList()),
        ScalaFunctions.seq(order),
        example.isDistinct(),
        ScalaFunctions.seq(
            results.keySet().stream()
                .map(call -> call.over((Expression) text.toAttribute()))
                .toList()),
        ScalaFunctions.seq(List.copyOf(results.values())),
        ScalaFunctions.seq(kept),
        plan);
  }

  /** The column of an aggregate's call. */
  Optional<Attribute> result(AggregateExpression aggregate) {
    return reads(aggregate) ? Optional.ofNullable(results.get(call(aggregate))) : Optional.empty();
  }

  static LlamaAggregate call(AggregateExpression aggregate) {
    return (LlamaAggregate) aggregate.aggregateFunction();
  }

  /** Whatever letters a collation takes for equal. */
  private static Expression bytes(Expression text) {
    return Cast$.MODULE$.apply(text, DataTypes.BinaryType, false);
  }

  private static SortOrder ascending(Expression column) {
    return new SortOrder(
        column,
        Ascending$.MODULE$,
        Ascending$.MODULE$.defaultNullOrdering(),
        ScalaFunctions.<Expression>seq(List.of()));
  }
}
