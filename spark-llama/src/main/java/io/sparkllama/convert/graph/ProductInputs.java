package io.sparkllama.convert.graph;

import io.sparkllama.convert.calibrate.InputStatistics;
import java.util.Optional;
import java.util.OptionalInt;

/** What is known of the inputs of products. */
@FunctionalInterface
public interface ProductInputs {

  /** Nothing is known. */
  ProductInputs UNKNOWN = (input, group) -> Optional.empty();

  /**
   * @param input name of the products' input
   * @param group inputs that are looked at together, where they can be grouped
   */
  Optional<InputStatistics> statistics(String input, OptionalInt group);
}
