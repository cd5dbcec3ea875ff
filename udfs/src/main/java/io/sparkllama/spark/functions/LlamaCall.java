package io.sparkllama.spark.functions;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.LongText;
import io.sparkllama.task.Task;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.ExpectsInputTypes;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call in a query: a task over the text of one column. It is never evaluated where it stands; the
 * optimizer moves it into a node of its own.
 */
public final class LlamaCall extends Expression
    implements ExpectsInputTypes, Unevaluable, Serializable {

  private static final long serialVersionUID = 1L;

  /** What a call returns. */
  public enum Result {
    /** The answer; a row that cannot be answered follows {@code spark.llama.onError}. */
    VALUE,
    /** Answer and error side by side; a row that cannot be answered fails nothing. */
    VALUE_AND_ERROR
  }

  private static final StructType VALUE_AND_ERROR_TYPE =
      DataTypes.createStructType(
          new StructField[] {
            DataTypes.createStructField("value", DataTypes.StringType, true),
            DataTypes.createStructField("error", DataTypes.StringType, true)
          });

  private final String name;
  private final Task task;
  private final Result result;
  private final LlamaSettings settings;
  private final Expression text;

  /** Public for Spark, which copies expressions with it. */
  public LlamaCall(String name, Task task, Result result, LlamaSettings settings, Expression text) {
    this.name = name;
    this.task = task;
    this.result = result;
    this.settings = settings;
    this.text = text;
  }

  public Task task() {
    return task;
  }

  public Result result() {
    return result;
  }

  public LlamaSettings settings() {
    return settings;
  }

  public Expression text() {
    return text;
  }

  /** What happens to texts that do not fit a slot. */
  public LongText longText() {
    return settings
        .longTextPolicy()
        .filter(policy -> policy != LongText.MAP_REDUCE || !(task instanceof Task.Generate))
        .orElse(task instanceof Task.Summarize ? LongText.MAP_REDUCE : LongText.ERROR);
  }

  @Override
  public DataType dataType() {
    return result == Result.VALUE ? DataTypes.StringType : VALUE_AND_ERROR_TYPE;
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
  public Seq<AbstractDataType> inputTypes() {
    return ScalaFunctions.seq(List.of(DataTypes.StringType));
  }

  /** Texts, and NULL without a type; nothing is turned into a text behind the user's back. */
  @Override
  public TypeCheckResult checkInputDataTypes() {
    return text.dataType() instanceof NullType
        ? TypeCheckResult.TypeCheckSuccess$.MODULE$
        : ExpectsInputTypes.super.checkInputDataTypes();
  }

  @Override
  public Object eval(InternalRow row) {
    throw new UnsupportedOperationException(name + " runs in a plan node only");
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new UnsupportedOperationException(name + " runs in a plan node only");
  }

  @Override
  public Seq<Expression> children() {
    return ScalaFunctions.seq(List.of(text));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new LlamaCall(name, task, result, settings, children.head());
  }

  @Override
  public String prettyName() {
    return name;
  }

  /** Names a column that has no alias; the options keep two translations of a text apart. */
  @Override
  public String sql() {
    return name + "(" + text.sql() + options() + ")";
  }

  @Override
  public String toString() {
    return name + "(" + text + options() + ")";
  }

  private String options() {
    String own = task.toString();
    String inside = own.substring(own.indexOf('[') + 1, own.length() - 1);
    return inside.isEmpty() ? "" : ", " + inside.toLowerCase(Locale.ROOT);
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int index) {
    return List.of(name, task, result, settings, text).get(index);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof LlamaCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LlamaCall call
        && name.equals(call.name)
        && task.equals(call.task)
        && settings.equals(call.settings)
        && text.equals(call.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, task, settings, text);
  }
}
