package io.sparkllama.spark.functions;

import io.sparkllama.errors.RequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The arguments of a call by the names of their parameters. All but the first are constants, and
 * one that is not what its parameter takes is refused.
 *
 * @param function name of the function, for messages
 * @param values those that were given
 */
record Arguments(String function, Map<String, Expression> values) {

  Expression expression(String name) {
    return values.get(name);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** A constant and its type; empty where it was not given. */
  Optional<Constant> constant(String name) {
    Expression expression = values.get(name);
    if (expression == null) {
      return Optional.empty();
    }
    if (!Constants.is(expression)) {
      throw invalid(name, "an expression that is not constant", "a constant");
    }
    Object value = Constants.value(expression);
    if (value == null) {
      throw invalid(name, "NULL", "a value that is not NULL");
    }
    return Optional.of(new Constant(value, expression.dataType()));
  }

  /**
   * @param value as Catalyst has it, not null
   */
  record Constant(Object value, DataType type) {}

  /** A whole number of at least 1. */
  Optional<Integer> positive(String name) {
    return number(name, 1, Integer.MAX_VALUE, "a whole number of at least 1")
        .map(number -> whole(name, number, "a whole number of at least 1").intValue());
  }

  Optional<Long> whole(String name) {
    return number(name, Long.MIN_VALUE, Long.MAX_VALUE, "a whole number")
        .map(number -> whole(name, number, "a whole number"));
  }

  private Long whole(String name, double number, String expected) {
    if (number != Math.rint(number)) {
      throw invalid(name, number, expected);
    }
    return (long) number;
  }

  /** A number, or a text that is one. */
  Optional<Double> number(String name, double least, double most, String expected) {
    Optional<Constant> constant = constant(name);
    if (constant.isEmpty()) {
      return Optional.empty();
    }
    double number = parsed(name, constant.get(), expected);
    if (!(number >= least && number <= most)) {
      throw invalid(name, constant.get().value(), expected);
    }
    return Optional.of(number);
  }

  private double parsed(String name, Constant constant, String expected) {
    Object value = constant.value();
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Decimal decimal) {
      return decimal.toDouble();
    }
    try {
      if (value instanceof UTF8String text) {
        return Double.parseDouble(text.toString());
      }
    } catch (NumberFormatException e) {
      throw invalid(name, value, expected);
    }
    throw invalid(name, constant.type().sql(), expected);
  }

  /** True or false, as a boolean or a text. */
  Optional<Boolean> flag(String name) {
    return constant(name)
        .map(
            constant ->
                switch (constant.value().toString().toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw invalid(name, constant.value(), "true or false");
                });
  }

  /** A text that is not blank. */
  Optional<String> text(String name) {
    return constant(name)
        .map(
            constant -> {
              if (!(constant.value() instanceof UTF8String text)) {
                throw invalid(name, constant.type().sql(), "a text");
              }
              if (text.toString().isBlank()) {
                throw invalid(name, "a blank text", "a text");
              }
              return text.toString();
            });
  }

  /** The texts of an array, or one text. */
  Optional<List<String>> texts(String name) {
    return constant(name)
        .map(
            constant -> {
              if (constant.value() instanceof UTF8String text) {
                return List.of(text.toString());
              }
              if (constant.value() instanceof ArrayData array
                  && constant.type() instanceof ArrayType type
                  && (type.elementType() instanceof StringType || array.numElements() == 0)) {
                return strings(name, array);
              }
              throw invalid(name, constant.type().sql(), "an array of texts");
            });
  }

  private List<String> strings(String name, ArrayData array) {
    return IntStream.range(0, array.numElements())
        .mapToObj(
            i -> {
              if (array.isNullAt(i)) {
                throw invalid(name, "NULL among the texts", "texts that are not NULL");
              }
              return array.getUTF8String(i).toString();
            })
        .toList();
  }

  /** One of an enum's names. */
  <E extends Enum<E>> Optional<E> one(String name, Class<E> type) {
    return text(name)
        .map(
            value ->
                Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.name().equalsIgnoreCase(value.strip()))
                    .findFirst()
                    .orElseThrow(() -> invalid(name, value, names(type))));
  }

  private static String names(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" or "));
  }

  /** The constants as a call shows them: {@code , name=value} for each. */
  String shown(String input) {
    return values.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(input))
        .map(entry -> ", " + entry.getKey() + "=" + shown(entry.getValue()))
        .collect(Collectors.joining());
  }

  private static String shown(Expression constant) {
    Object value = Constants.value(constant);
    return value instanceof UTF8String ? value.toString() : constant.sql();
  }

  RequestException invalid(String name, Object found, String expected) {
    return invalid(function, name, String.valueOf(found), expected);
  }

  static RequestException invalid(String function, String name, String found, String expected) {
    return new RequestException(
        "Invalid argument %s of %s: found %s, expected %s. Change the call."
            .formatted(name, function, found, expected));
  }
}
