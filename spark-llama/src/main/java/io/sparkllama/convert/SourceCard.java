package io.sparkllama.convert;

import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.convert.source.SourceFiles;
import io.sparkllama.convert.source.SourceLocation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the card of a model says, a README.md that begins with YAML between lines of {@code ---}.
 *
 * <p>Source: the model cards of the Hugging Face Hub, whose field {@code license} is {@code other}
 * where {@code license_name} has the name.
 */
final class SourceCard {

  private static final Pattern HEAD =
      Pattern.compile("\\A\\uFEFF?---\\s*\\R(.*?)\\R---\\s*(?:\\R|\\z)", Pattern.DOTALL);
  private static final Pattern FIELD =
      Pattern.compile(
          "^(license|license_name):\\s*[\"']?([\\w.+-]+)[\"']?\\s*$", Pattern.MULTILINE);
  private static final String NAMED_ELSEWHERE = "other";

  private SourceCard() {}

  static Optional<String> license(SourceLocation location) {
    if (!location.has("README.md")) {
      return Optional.empty();
    }
    try (SourceFile file = location.open("README.md")) {
      return license(new String(SourceFiles.bytes(file), StandardCharsets.UTF_8));
    }
  }

  static Optional<String> license(String card) {
    Matcher head = HEAD.matcher(card);
    if (!head.find()) {
      return Optional.empty();
    }
    Optional<String> license = Optional.empty();
    for (Matcher field = FIELD.matcher(head.group(1)); field.find(); ) {
      boolean name = field.group(1).equals("license_name");
      if (name || (license.isEmpty() && !field.group(2).equals(NAMED_ELSEWHERE))) {
        license = Optional.of(field.group(2));
      }
    }
    return license;
  }
}
