package io.sparkllama.jobs;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** What a command reads. */
final class InputMixin {

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "Table or files to read.")
  private String path;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "Format of the input: ${COMPLETION-CANDIDATES}. Default: by its files.")
  private InputTable.Format format;

  @Option(
      names = "--text-column",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "Column with the text. Default: ${DEFAULT-VALUE}.")
  private String textColumn;

  String path() {
    return path;
  }

  Optional<InputTable.Format> format() {
    return Optional.ofNullable(format);
  }

  String textColumn() {
    return textColumn;
  }

  InputTable table(SparkSession session) {
    return new InputTable(session, path);
  }
}
