package io.sparkllama.spark.functions;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.CleanupAliases$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.internal.SQLConf;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * A function as the session's catalog knows it.
 *
 * @param signature what it is called with
 * @param input name of the parameter with the column that is asked about
 * @param inputs what that column may hold
 * @param meaning what it returns, for DESCRIBE FUNCTION
 * @param example a query
 * @param reader reads what is asked from the constants of a call
 * @param maker makes the call's expression
 */
public record LlamaFunction(
    Signature signature,
    String input,
    Set<InputKind> inputs,
    String meaning,
    String example,
    Function<Arguments, Asked> reader,
    Maker maker) {

  /** A call over rows, or over groups of them. */
  @FunctionalInterface
  interface Maker {
    Expression make(
        String name, String shown, CallSpec spec, LlamaSettings settings, Expression input);
  }

  public String name() {
    return signature.function();
  }

  /** What {@code SparkSessionExtensions.injectFunction} takes. */
  public Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>
      injection() {
    return new Tuple3<>(
        new FunctionIdentifier(name()),
        info(),
        ScalaFunctions.of(given -> WrongCall.refusing(name(), () -> build(given))));
  }

  /** Name and parameters, those that may be left out in brackets. */
  private String usage() {
    String required =
        signature.parameters().stream()
            .filter(Parameter::required)
            .map(Parameter::name)
            .collect(Collectors.joining(", "));
    String optional =
        Stream.concat(
                signature.parameters().stream().filter(one -> !one.required()).map(Parameter::name),
                Stream.of(signature.together()))
            .map(one -> "[, " + one + "]")
            .collect(Collectors.joining());
    return "%s(%s%s) - %s".formatted(name(), required, optional, meaning);
  }

  private ExpressionInfo info() {
    return new ExpressionInfo(
        LlamaCall.class.getName(),
        "",
        name(),
        usage(),
        "\n    Arguments:\n"
            + Stream.concat(signature.parameters().stream(), signature.options().stream())
                .map(one -> "      * %s - %s%n".formatted(one.name(), one.meaning()))
                .collect(Collectors.joining()),
        "\n    Examples:\n      > " + example + "\n  ",
        "",
        "",
        "",
        "",
        "");
  }

  private Expression build(Seq<Expression> given) {
    Arguments arguments =
        signature.bind(
            ScalaFunctions.<Expression>list(given).stream().map(LlamaFunction::bare).toList());
    Expression asked = arguments.expression(input);
    InputKind kind = kind(arguments, asked);
    LlamaSettings settings = LlamaConf.read(SQLConf.get(), arguments.text(Option.MODEL.word()));
    Asked read = reader.apply(arguments);
    OptionReader options = new OptionReader(arguments, settings);
    Asked moderated = ModerateArguments.around(arguments, read);
    CallSpec spec =
        new CallSpec(
            moderated.task(),
            options.taskOptions(read.task(), kind),
            read.type(),
            moderated.form(),
            options.errors(read.type().dataType()));
    return maker.make(name(), arguments.shown(input), spec, settings, asked);
  }

  /** Without aliases inside, which Spark takes for what is not constant. */
  private static Expression bare(Expression argument) {
    return CleanupAliases$.MODULE$.trimNonTopLevelAliases(argument);
  }

  private InputKind kind(Arguments arguments, Expression asked) {
    InputKind kind =
        inputs.stream()
            .filter(one -> one.takes(asked.dataType()))
            .findFirst()
            .orElseThrow(
                () ->
                    arguments.invalid(
                        input,
                        asked.dataType().sql(),
                        inputs.stream()
                            .map(InputKind::expected)
                            .sorted()
                            .collect(Collectors.joining(" or "))));
    Object constant = Constants.is(asked) ? Constants.value(asked) : null;
    if (constant != null) {
      kind.read(new GenericInternalRow(new Object[] {constant}), 0, asked.dataType());
    }
    return kind;
  }
}
