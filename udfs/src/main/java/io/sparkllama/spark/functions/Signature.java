package io.sparkllama.spark.functions;

import io.sparkllama.errors.RequestException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What a function can be called with: its parameters by position or name, and options by name or in
 * a map behind the parameters.
 *
 * @param function name for messages
 * @param parameters in the order of positions
 * @param options those that only have a name
 * @param together name of the map or struct of options, which stands behind the parameters
 */
record Signature(
    String function, List<Parameter> parameters, List<Parameter> options, String together) {

  static final String OPTIONS = "options";

  /**
   * The arguments by the names of their parameters.
   *
   * @throws RequestException when the call does not fit the signature
   */
  Arguments bind(List<Expression> given) {
    Map<String, Expression> bound = new LinkedHashMap<>();
    int position = 0;
    for (Expression argument : given) {
      if (argument instanceof NamedArgumentExpression named) {
        put(bound, known(named.key()), named.value());
        position = -1;
      } else if (position < 0) {
        throw invalid(
            "found an argument without a name behind one with a name, expected those without"
                + " names first. Change the order.");
      } else {
        put(bound, positional(position, argument, given.size()), argument);
        position++;
      }
    }
    if (bound.containsKey(together)) {
      OptionMap.read(function, together, bound.remove(together))
          .forEach((name, value) -> put(bound, option(name), value));
    }
    requireAll(bound);
    return new Arguments(function, bound);
  }

  /** A map or struct stands for options wherever the last of the parameters may be left out. */
  private String positional(int position, Expression argument, int count) {
    boolean map =
        argument.dataType() instanceof MapType || argument.dataType() instanceof StructType;
    boolean last = position == count - 1;
    if (position < parameters.size()) {
      Parameter parameter = parameters.get(position);
      return map && last && !parameter.required() ? together : parameter.name();
    }
    if (position == parameters.size() && last) {
      return together;
    }
    throw new RequestException(
        "Invalid call of %s: found %d arguments, expected at most %d: %s. Leave the others out."
            .formatted(function, count, parameters.size() + 1, names()));
  }

  private String known(String name) {
    return name.equalsIgnoreCase(together) ? together : find(all(), name);
  }

  private String option(String name) {
    return find(all(), name);
  }

  private List<Parameter> all() {
    return Stream.concat(parameters.stream(), options.stream()).toList();
  }

  private String find(List<Parameter> among, String name) {
    return among.stream()
        .filter(parameter -> parameter.named(name))
        .findFirst()
        .map(Parameter::name)
        .orElseThrow(
            () ->
                invalid(
                    "found an unknown argument %s, the nearest known are %s. Expected one of %s. Change the name."
                        .formatted(name, nearest(name), names())));
  }

  private String nearest(String name) {
    UTF8String wanted = UTF8String.fromString(name);
    return all().stream()
        .map(Parameter::name)
        .sorted(
            Comparator.comparing(known -> UTF8String.fromString(known).levenshteinDistance(wanted)))
        .limit(2)
        .collect(Collectors.joining(" and "));
  }

  private void put(Map<String, Expression> bound, String name, Expression value) {
    if (bound.put(name, value) != null) {
      throw invalid(
          "found the argument %s twice, expected it once. Leave one out.".formatted(name));
    }
  }

  private void requireAll(Map<String, Expression> bound) {
    Optional<Parameter> missing =
        parameters.stream()
            .filter(parameter -> parameter.required() && !bound.containsKey(parameter.name()))
            .findFirst();
    if (missing.isPresent()) {
      throw Arguments.invalid(function, missing.get().name(), "nothing", missing.get().meaning());
    }
  }

  private RequestException invalid(String fact) {
    return new RequestException("Invalid call of %s: %s".formatted(function, fact));
  }

  private String names() {
    return Stream.concat(all().stream().map(Parameter::name), Stream.of(together))
        .collect(Collectors.joining(", "));
  }
}
