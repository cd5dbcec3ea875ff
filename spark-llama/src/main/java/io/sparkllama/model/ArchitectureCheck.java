package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Refuses numbers that no decoder can have. */
final class ArchitectureCheck {

  private ArchitectureCheck() {}

  static void run(Path config, Architecture numbers) {
    Map<String, Integer> positive = new TreeMap<>();
    positive.put("layers", numbers.layers());
    positive.put("heads", numbers.heads());
    positive.put("key and value heads", numbers.keyValueHeads());
    positive.put("head size", numbers.headSize());
    positive.put("hidden size", numbers.hiddenSize());
    positive.put("vocabulary size", numbers.vocabularySize());
    positive.put("context length", numbers.contextLength());
    positive.forEach(
        (name, value) -> {
          if (value < 1) {
            throw invalid(config, "%d as %s, expected at least 1".formatted(value, name));
          }
        });
    if (numbers.heads() % numbers.keyValueHeads() != 0) {
      throw invalid(
          config,
          "%d heads, expected a multiple of its %d key and value heads"
              .formatted(numbers.heads(), numbers.keyValueHeads()));
    }
  }

  private static ModelException invalid(Path config, String what) {
    return new ModelException(
        "Invalid %s: it has %s. Export the model again or correct the file."
            .formatted(config, what));
  }
}
