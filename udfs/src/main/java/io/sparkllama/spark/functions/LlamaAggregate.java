package io.sparkllama.spark.functions;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.Writing;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.SupportsOrderingWithinGroup;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of an aggregate function: a task over the texts of a group. It has no buffer, since the
 * optimizer moves it into a node that reads groups in order.
 */
public final class LlamaAggregate extends AggregateFunction
    implements SupportsOrderingWithinGroup, Unevaluable, UserDefinedExpression, Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final String shown;
  private final CallSpec spec;
  private final LlamaSettings settings;
  private final Expression text;
  private final Seq<SortOrder> order;

  /**
   * Public for Spark, which copies expressions with it.
   *
   * @param shown the constants of the call, as plans and columns show them
   * @param spec its task is a {@link Writing}
   * @param order of a group's texts; empty for that of their hashes
   */
  public LlamaAggregate(
      String name,
      String shown,
      CallSpec spec,
      LlamaSettings settings,
      Expression text,
      Seq<SortOrder> order) {
    this.name = name;
    this.shown = shown;
    this.spec = spec;
    this.settings = settings;
    this.text = text;
    this.order = order;
  }

  static LlamaAggregate of(
      String name, String shown, CallSpec spec, LlamaSettings settings, Expression text) {
    return new LlamaAggregate(name, shown, spec, settings, text, ScalaFunctions.seq(List.of()));
  }

  /** As Spark and Delta ask user code: a MERGE computes a source with such calls once. */
  @Override
  public String name() {
    return name;
  }

  public CallSpec spec() {
    return spec;
  }

  public Writing task() {
    return (Writing) spec.task();
  }

  public LlamaSettings settings() {
    return settings;
  }

  /** The texts; NULL is left out. */
  public Expression text() {
    return text;
  }

  public List<SortOrder> order() {
    return ScalaFunctions.list(order);
  }

  /** The same call over a column that has the texts, in an order that somebody else sees to. */
  public LlamaAggregate over(Expression column) {
    return of(name, shown, spec, settings, column);
  }

  @Override
  public AggregateFunction withOrderingWithinGroup(Seq<SortOrder> orders) {
    return new LlamaAggregate(name, shown, spec, settings, text, orders);
  }

  @Override
  public boolean orderingFilled() {
    return !order.isEmpty();
  }

  @Override
  public boolean isOrderingMandatory() {
    return false;
  }

  @Override
  public boolean isDistinctSupported() {
    return true;
  }

  @Override
  public DataType dataType() {
    return spec.form().dataType(spec.type());
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public Object eval(InternalRow row) {
    throw WrongCall.outsideOfQuery(name);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw WrongCall.outsideOfQuery(name);
  }

  @Override
  public StructType aggBufferSchema() {
    return new StructType();
  }

  @Override
  public Seq<AttributeReference> aggBufferAttributes() {
    return ScalaFunctions.seq(List.of());
  }

  @Override
  public Seq<AttributeReference> inputAggBufferAttributes() {
    return ScalaFunctions.seq(List.of());
  }

  @Override
  public Seq<Expression> children() {
    List<Expression> children = new ArrayList<>(List.of(text));
    children.addAll(order());
    return ScalaFunctions.seq(children);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    List<SortOrder> orders =
        ScalaFunctions.<Expression>list(children).stream()
            .skip(1)
            .map(SortOrder.class::cast)
            .toList();
    return new LlamaAggregate(
        name, shown, spec, settings, children.head(), ScalaFunctions.seq(orders));
  }

  @Override
  public String prettyName() {
    return name;
  }

  /** Names a column that has no alias. */
  @Override
  public String sql(boolean isDistinct) {
    String within = order().stream().map(SortOrder::sql).collect(Collectors.joining(", "));
    return shown(text.sql(), isDistinct, within);
  }

  @Override
  public String toAggString(boolean isDistinct) {
    String within = order().stream().map(SortOrder::toString).collect(Collectors.joining(", "));
    return shown(text.toString(), isDistinct, within);
  }

  private String shown(String texts, boolean isDistinct, String within) {
    return "%s(%s%s%s)%s"
        .formatted(
            name,
            isDistinct ? "DISTINCT " : "",
            texts,
            shown,
            within.isEmpty() ? "" : " WITHIN GROUP (ORDER BY " + within + ")");
  }

  @Override
  public String toString() {
    return toAggString(false);
  }

  @Override
  public int productArity() {
    return 6;
  }

  @Override
  public Object productElement(int index) {
    return List.of(name, shown, spec, settings, text, order).get(index);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaAggregate;
  }

  /** By all that changes the result. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaAggregate call
        && name.equals(call.name)
        && spec.equals(call.spec)
        && settings.equals(call.settings)
        && text.equals(call.text)
        && order.equals(call.order);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, spec, settings, text, order);
  }
}
