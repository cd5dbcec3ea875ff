package io.sparkllama.cli;

import io.sparkllama.constraint.Choices;
import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.constraint.Regex;
import io.sparkllama.errors.RequestException;
import java.util.List;
import java.util.Optional;

/** The one of {@code schema}, {@code regex} and {@code choices} that a line may have. */
final class ConstraintField {

  private static final List<String> KINDS = List.of("schema", "regex", "choices");

  private ConstraintField() {}

  static Optional<Constraint> of(JsonLine line) {
    List<String> present = KINDS.stream().filter(line::has).toList();
    if (present.size() > 1) {
      throw new RequestException(
          "Invalid line: found %s, expected one of schema, regex and choices at most. %s"
              .formatted(String.join(" and ", present), "Leave the others out."));
    }
    return present.stream().findFirst().map(kind -> read(kind, line));
  }

  private static Constraint read(String kind, JsonLine line) {
    return switch (kind) {
      case "schema" -> new JsonSchema(schema(line));
      case "regex" -> new Regex(line.text("regex"));
      default -> new Choices(line.texts("choices"));
    };
  }

  private static String schema(JsonLine line) {
    if (!line.object().path("schema").isObject()) {
      throw JsonLine.wrong("schema", line.object().path("schema"), "an object");
    }
    return line.object().path("schema").toString();
  }
}
