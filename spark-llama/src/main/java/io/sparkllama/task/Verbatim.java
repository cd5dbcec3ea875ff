package io.sparkllama.task;

import java.util.List;

/** An answer that is taken as it is written, to a text that is not divided. */
public sealed interface Verbatim extends Writing permits Generate, GenerateJson, Extract {

  @Override
  default List<String> endings() {
    return List.of();
  }

  @Override
  default boolean divisible() {
    return false;
  }
}
