package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import java.util.HashSet;
import java.util.List;

/**
 * One of some texts, exactly.
 *
 * @param texts at least one, none empty, none twice
 */
public record Choices(List<String> texts) implements Constraint {

  /**
   * @throws RequestException when a text is empty, given twice or has no UTF-8 form
   */
  public Choices {
    texts = List.copyOf(texts);
    if (texts.isEmpty() || texts.contains("")) {
      throw new RequestException(
          "Invalid choices: found %s, expected at least one text, none of them empty. Correct the list."
              .formatted(texts.isEmpty() ? "none" : "an empty text"));
    }
    if (new HashSet<>(texts).size() < texts.size()) {
      throw new RequestException(
          "Invalid choices: found a text twice, expected different ones. Leave the second out.");
    }
    texts.forEach(Utf8::of);
  }
}
