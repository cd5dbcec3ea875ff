package io.sparkllama.jobs;

import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Summarizes each text. */
@Command(
    name = "summarize",
    description = "Summarizes each text.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer =
        "  summarize --model models/smollm2 --input documents.parquet --output tables/summarize --max-words 30")
final class SummarizeCommand extends TableCommand {

  @Option(
      names = "--max-words",
      defaultValue = "50",
      paramLabel = "N",
      description = "Most words of a summary. Default: ${DEFAULT-VALUE}.")
  private int maxWords;

  @Override
  String task() {
    return "summarize";
  }

  @Override
  Stream<Object> arguments() {
    return Stream.of(maxWords);
  }
}
