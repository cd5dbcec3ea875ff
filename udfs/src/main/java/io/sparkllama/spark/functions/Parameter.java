package io.sparkllama.spark.functions;

import java.util.Locale;

/**
 * An argument that a function takes.
 *
 * @param name by which calls may give it
 * @param need whether calls must give it
 * @param meaning for DESCRIBE FUNCTION
 */
record Parameter(String name, Need need, String meaning) {

  /** Whether a call may leave it out. */
  enum Need {
    REQUIRED,
    OPTIONAL
  }

  static Parameter required(String name, String meaning) {
    return new Parameter(name, Need.REQUIRED, meaning);
  }

  static Parameter optional(String name, String meaning) {
    return new Parameter(name, Need.OPTIONAL, meaning);
  }

  boolean required() {
    return need == Need.REQUIRED;
  }

  boolean named(String wanted) {
    return name.toLowerCase(Locale.ROOT).equals(wanted.toLowerCase(Locale.ROOT));
  }
}
