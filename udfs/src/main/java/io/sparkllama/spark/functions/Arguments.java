package io.sparkllama.spark.functions;

import io.sparkllama.errors.RequestException;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * The constant arguments behind a call's text.
 *
 * @param function name of the function, for messages
 * @param values arguments from the second on
 */
public record Arguments(String function, List<Expression> values) {

  /** Refuses more than {@code most} arguments behind the text. */
  Arguments atMost(int most) {
    if (values.size() > most) {
      throw new RequestException(
          "Invalid call of %s: found %d arguments, expected at most %d. Leave the others out."
              .formatted(function, values.size() + 1, most + 1));
    }
    return this;
  }

  /** The first constant as a whole number of at least 1. */
  int positive(String name, int otherwise) {
    if (values.isEmpty()) {
      return otherwise;
    }
    Object value = constant(name);
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= 1) {
      return number.intValue();
    }
    throw invalid(name, String.valueOf(value), "a whole number of at least 1");
  }

  /** The first constant as a text. */
  String text(String name) {
    if (values.isEmpty()) {
      throw invalid(name, "nothing", "a constant text");
    }
    return String.valueOf(constant(name));
  }

  private Object constant(String name) {
    Expression expression = values.get(0);
    if (!expression.foldable()) {
      throw invalid(name, "an expression that is not constant", "a constant");
    }
    return expression.eval(InternalRow.empty());
  }

  private RequestException invalid(String name, String found, String expected) {
    return new RequestException(
        "Invalid argument %s of %s: found %s, expected %s. Change the call."
            .formatted(name, function, found, expected));
  }
}
