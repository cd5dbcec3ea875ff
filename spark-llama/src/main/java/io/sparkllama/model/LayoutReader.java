package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.util.Optional;

/** Reads the configuration of one tool's layout. */
sealed interface LayoutReader
    permits SparkLlamaLayout, GenaiLayout, TransformersJsLayout, OptimumLayout {

  String TOKENIZER = "tokenizer.json";

  boolean recognizes(PackageFolder folder);

  /**
   * @param variant which of several graphs to take, where the layout has variants
   */
  PackageParts read(PackageFolder folder, Optional<String> variant);

  /** For layouts with one graph: a variant is a mistake. */
  static void rejectVariant(PackageFolder folder, Optional<String> variant) {
    variant.ifPresent(
        name -> {
          throw new ModelException(
              "Cannot open variant %s of model %s: this layout has one graph only. %s"
                  .formatted(name, folder.root(), "Leave the variant out."));
        });
  }
}
