package io.sparkllama.spark.functions;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.Literal;

/**
 * What becomes of a row that cannot be answered.
 *
 * @param action fail, or the value
 * @param value of the call's type; NULL unless the call gives a default
 */
public record RowErrors(Action action, Literal value) implements Serializable {

  /** What a row does. */
  public enum Action {
    FAIL,
    NULL,
    DEFAULT
  }
}
