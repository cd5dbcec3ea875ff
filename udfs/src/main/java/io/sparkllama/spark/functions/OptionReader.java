package io.sparkllama.spark.functions;

import io.sparkllama.engine.Sampling;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.LongText;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.Writing;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import scala.Some;

/** The options of a call, with those of the session where the call says nothing. */
record OptionReader(Arguments arguments, LlamaSettings settings) {

  /**
   * @param input what the call's column holds; nothing of a conversation is cut
   */
  TaskOptions taskOptions(Task task, InputKind input) {
    return new TaskOptions(
        arguments.positive(Option.MAX_TOKENS.word()).orElse(0),
        sampling(),
        stop(),
        arguments.text(Option.ADAPTER.word()).orElse(""),
        longText(task, input));
  }

  private Sampling sampling() {
    return new Sampling(
        number(Option.TEMPERATURE, 0, 100, "0 to 100", 0),
        (int) number(Option.TOP_K, 0, Integer.MAX_VALUE, "a whole number of at least 0", 0),
        number(Option.TOP_P, Double.MIN_VALUE, 1, "more than 0 and at most 1", 1),
        number(Option.MIN_P, 0, 1, "0 to 1", 0),
        1,
        arguments.whole(Option.SEED.word()).orElse(0L));
  }

  private double number(
      Option option, double least, double most, String expected, double otherwise) {
    return arguments.number(option.word(), least, most, expected).orElse(otherwise);
  }

  private List<String> stop() {
    List<String> stop = arguments.texts(Option.STOP.word()).orElse(List.of());
    if (stop.contains("")) {
      throw arguments.invalid(Option.STOP.word(), "an empty text", "texts that are not empty");
    }
    return stop;
  }

  private LongText longText(Task task, InputKind input) {
    String name = Option.LONG_TEXT.word();
    LongText own = arguments.one(name, LongText.class).orElse(null);
    boolean cuts = input == InputKind.TEXT;
    if (own != null && own != LongText.ERROR && !cuts) {
      throw arguments.invalid(name, own.name(), "error, since nothing of a conversation is cut");
    }
    if (own == LongText.MAP_REDUCE && !task.divisible()) {
      throw arguments.invalid(
          name, own.name(), "error or truncate, since this is not answered in parts");
    }
    if (own != null) {
      return own;
    }
    boolean condenses = task instanceof Writing writing && writing.condenses();
    LongText otherwise = condenses ? LongText.MAP_REDUCE : LongText.ERROR;
    return settings
        .longTextPolicy()
        .filter(policy -> cuts && (policy != LongText.MAP_REDUCE || task.divisible()))
        .orElse(otherwise);
  }

  RowErrors errors(DataType type) {
    boolean hasDefault = arguments.has(Option.DEFAULT.word());
    RowErrors.Action action =
        arguments
            .one(Option.ON_ERROR.word(), RowErrors.Action.class)
            .orElseGet(
                () ->
                    hasDefault
                        ? RowErrors.Action.DEFAULT
                        : RowErrors.Action.valueOf(settings.onError().name()));
    if (hasDefault != (action == RowErrors.Action.DEFAULT)) {
      throw arguments.invalid(
          Option.DEFAULT.word(),
          hasDefault ? "a value, with on_error " + action : "nothing",
          "a value together with on_error => 'default'");
    }
    return new RowErrors(
        action, hasDefault ? defaultValue(type) : Literal$.MODULE$.create(null, type));
  }

  private Literal defaultValue(DataType type) {
    String name = Option.DEFAULT.word();
    Expression given = arguments.expression(name);
    if (given.dataType() instanceof NullType) {
      return Literal$.MODULE$.create(null, type);
    }
    arguments.constant(name);
    boolean castable =
        Cast$.MODULE$.canUpCast(given.dataType(), type)
            || (given.dataType() instanceof StringType
                && Cast$.MODULE$.canTryCast(given.dataType(), type));
    if (!castable) {
      throw arguments.invalid(name, given.dataType().sql(), type.sql());
    }
    Object value = Constants.value(cast(given, type));
    if (value == null) {
      throw arguments.invalid(name, given.sql(), type.sql());
    }
    return Literal$.MODULE$.create(value, type);
  }

  private static Cast cast(Expression given, DataType type) {
    return new Cast(
        given,
        type,
        new Some<>(SQLConf.get().sessionLocalTimeZone()),
        org.apache.spark.sql.catalyst.expressions.EvalMode$.MODULE$.TRY());
  }
}
