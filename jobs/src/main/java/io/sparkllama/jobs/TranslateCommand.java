package io.sparkllama.jobs;

import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Translates each text. */
@Command(
    name = "translate",
    description = "Translates each text.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer =
        "  translate --model models/smollm2 --input sentences.csv --output tables/translate --language fr")
final class TranslateCommand extends TableCommand {

  @Option(
      names = "--language",
      required = true,
      paramLabel = "NAME",
      description = "Target language: ISO 639-1 code or English name.")
  private String language;

  @Override
  String task() {
    return "translate";
  }

  @Override
  Stream<Object> arguments() {
    return Stream.of(language);
  }
}
