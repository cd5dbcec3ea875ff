package io.sparkllama.convert.graph;

import io.sparkllama.convert.calibrate.InputStatistics;
import java.util.Optional;

/** What is known of the inputs of products. */
@FunctionalInterface
public interface ProductInputs {

  /** Nothing is known. */
  ProductInputs UNKNOWN = input -> Optional.empty();

  /**
   * @param input name of the products' input
   */
  Optional<InputStatistics> statistics(String input);
}
