package io.sparkllama.convert.adapter;

import io.sparkllama.model.Architecture;

/** Sizes of a layer's weights by the names of transformers. */
record ModuleSizes(Architecture architecture, int intermediateSize) {

  /** Outputs and inputs of a module. */
  record Size(int rows, int columns) {}

  Size of(String module) {
    int hidden = architecture.hiddenSize();
    int query = architecture.heads() * architecture.headSize();
    int keyValue = architecture.keyValueHeads() * architecture.headSize();
    return switch (module) {
      case "q_proj" -> new Size(query, hidden);
      case "k_proj", "v_proj" -> new Size(keyValue, hidden);
      case "o_proj" -> new Size(hidden, query);
      case "down_proj" -> new Size(hidden, intermediateSize);
      default -> new Size(intermediateSize, hidden);
    };
  }
}
