package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.nio.file.Path;

/** Sees to it that the tokenizer yields no id that the model has no row for. */
final class VocabularyCheck {

  private VocabularyCheck() {}

  static void run(PackageParts parts) {
    int vocabulary = parts.architecture().vocabularySize();
    int largest = parts.tokenizer().largestId();
    if (largest >= vocabulary) {
      throw mismatch(parts.tokenizer().path(), largest, vocabulary);
    }
    if (parts.controlTokens().stop().isEmpty()) {
      throw new ModelException(
          "Invalid %s: no stop id (eos_token_id), expected at least one. %s"
              .formatted(parts.config(), "Add the id that ends an answer."));
    }
    parts.controlTokens().stop().forEach(id -> known(parts, id));
    parts.controlTokens().beginOfText().ifPresent(id -> known(parts, id));
  }

  private static void known(PackageParts parts, int id) {
    if (id < 0 || id >= parts.architecture().vocabularySize()) {
      throw mismatch(parts.config(), id, parts.architecture().vocabularySize());
    }
  }

  private static ModelException mismatch(Path file, int id, int vocabulary) {
    return new ModelException(
        "Invalid %s: it has the token id %d, expected ids below the model's vocabulary of %d. %s"
            .formatted(file, id, vocabulary, "Copy the tokenizer that belongs to this model."));
  }
}
