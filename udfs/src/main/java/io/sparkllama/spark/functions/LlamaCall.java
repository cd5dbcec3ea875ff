package io.sparkllama.spark.functions;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.TaskInput;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call in a query: a task over the texts or conversations of one column. It is never evaluated
 * where it stands; the optimizer moves it into a node of its own.
 */
public final class LlamaCall extends Expression
    implements Unevaluable, UserDefinedExpression, Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final String shown;
  private final CallSpec spec;
  private final LlamaSettings settings;
  private final Expression input;

  /**
   * Public for Spark, which copies expressions with it.
   *
   * @param shown the constants of the call, as plans and columns show them
   */
  public LlamaCall(
      String name, String shown, CallSpec spec, LlamaSettings settings, Expression input) {
    this.name = name;
    this.shown = shown;
    this.spec = spec;
    this.settings = settings;
    this.input = input;
  }

  /** As Spark and Delta ask user code: a MERGE computes a source with such calls once. */
  @Override
  public String name() {
    return name;
  }

  public CallSpec spec() {
    return spec;
  }

  public LlamaSettings settings() {
    return settings;
  }

  /** What is asked about; a text or a conversation. */
  public Expression input() {
    return input;
  }

  /** The same question, of whose answer something else is returned. */
  public LlamaCall in(ResultForm form) {
    CallSpec other = new CallSpec(spec.task(), spec.options(), spec.type(), form, spec.errors());
    return new LlamaCall(name, shown, other, settings, input);
  }

  /**
   * What a row asks about.
   *
   * @param row holds the value of {@link #input()}, which is not NULL
   * @throws io.sparkllama.errors.RequestException for a conversation that is none
   */
  public TaskInput inputOf(InternalRow row, int ordinal) {
    DataType type = input.dataType();
    return Arrays.stream(InputKind.values())
        .filter(kind -> kind.takes(type))
        .findFirst()
        .orElseThrow()
        .read(row, ordinal, type);
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
  public boolean foldable() {
    return false;
  }

  /** Keeps a filter on an alias from running the call a second time; Spark asks from 4.2 on. */
  @SuppressWarnings("MissingOverride")
  public boolean expensive() {
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
  public Seq<Expression> children() {
    return ScalaFunctions.seq(List.of(input));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new LlamaCall(name, shown, spec, settings, children.head());
  }

  @Override
  public String prettyName() {
    return name;
  }

  /** Names a column that has no alias; the constants keep two translations of a text apart. */
  @Override
  public String sql() {
    return name + "(" + input.sql() + shown + ")";
  }

  @Override
  public String toString() {
    return name + "(" + input + shown + ")";
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int index) {
    return List.of(name, shown, spec, settings, input).get(index);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaCall;
  }

  /** By all that changes the result; 'fr' and 'French' are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaCall call
        && name.equals(call.name)
        && spec.equals(call.spec)
        && settings.equals(call.settings)
        && input.equals(call.input);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, spec, settings, input);
  }
}
