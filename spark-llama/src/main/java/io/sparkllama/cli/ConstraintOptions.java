package io.sparkllama.cli;

import io.sparkllama.constraint.Choices;
import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.constraint.Regex;
import io.sparkllama.errors.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the answers to all lines must look like; at most one option is given. */
final class ConstraintOptions {

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "JSON schema of the answers; a line's own schema, regex or choices go first.")
  private Path schema;

  @Option(
      names = "--regex",
      paramLabel = "PATTERN",
      description = "Regular expression that whole answers match.")
  private String regex;

  @Option(
      names = "--choice",
      paramLabel = "TEXT",
      description = "One of the answers that may be given; for several, repeat it.")
  private List<String> choices;

  /**
   * @throws RequestException when the schema cannot be read, or it is wrong
   */
  Optional<Constraint> constraint() {
    if (schema != null) {
      return Optional.of(new JsonSchema(read(schema)));
    }
    if (regex != null) {
      return Optional.of(new Regex(regex));
    }
    return Optional.ofNullable(choices).map(Choices::new);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read the schema %s: %s. Check the path and its rights.".formatted(file, e), e);
    }
  }
}
