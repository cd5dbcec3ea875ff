package io.sparkllama.spark.functions;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.task.Task;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.internal.SQLConf;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * A function as the session's catalog knows it.
 *
 * @param name name in SQL
 * @param usage signature and meaning
 * @param example a query
 * @param result what it returns
 * @param task reads the arguments after the text
 */
public record LlamaFunction(
    String name,
    String usage,
    String example,
    LlamaCall.Result result,
    Function<Arguments, Task> task) {

  /** What {@code SparkSessionExtensions.injectFunction} takes. */
  public Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>
      injection() {
    return new Tuple3<>(new FunctionIdentifier(name), info(), ScalaFunctions.of(this::build));
  }

  private ExpressionInfo info() {
    return new ExpressionInfo(
        LlamaCall.class.getName(),
        "",
        name,
        usage,
        "",
        "\n    Examples:\n      > " + example + "\n  ",
        "",
        "",
        "",
        "",
        "");
  }

  private Expression build(Seq<Expression> given) {
    List<Expression> arguments = ScalaFunctions.list(given);
    if (arguments.isEmpty()) {
      throw new RequestException(
          "Invalid call of %s: found no argument, expected %s. Name the column with the text."
              .formatted(name, usage.lines().findFirst().orElse(name)));
    }
    Task read = task.apply(new Arguments(name, arguments.subList(1, arguments.size())));
    return new LlamaCall(name, read, result, LlamaConf.read(SQLConf.get()), arguments.get(0));
  }
}
