package io.sparkllama.jobs.pipeline.definition;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.expressions.Literal$;

/** An argument of a function that is the same for all rows. */
public sealed interface Constant {

  /** As SQL has it. */
  String sql();

  /** A text. */
  record Text(String value) implements Constant {
    @Override
    public String sql() {
      return Literal$.MODULE$.apply(value).sql();
    }
  }

  /**
   * A number.
   *
   * @param value as the file writes it
   */
  record Numeral(String value) implements Constant {
    @Override
    public String sql() {
      return value;
    }
  }

  /** A truth value. */
  record Truth(boolean value) implements Constant {
    @Override
    public String sql() {
      return Boolean.toString(value);
    }
  }

  /** Texts in an order, such as labels. */
  record Texts(List<String> values) implements Constant {
    public Texts {
      values = List.copyOf(values);
    }

    @Override
    public String sql() {
      return values.stream()
          .map(value -> new Text(value).sql())
          .collect(Collectors.joining(", ", "array(", ")"));
    }
  }

  /** Texts by names, such as labels and what they mean. */
  record Named(Map<String, String> values) implements Constant {
    @Override
    public String sql() {
      return values.entrySet().stream()
          .map(entry -> new Text(entry.getKey()).sql() + ", " + new Text(entry.getValue()).sql())
          .collect(Collectors.joining(", ", "map(", ")"));
    }
  }
}
