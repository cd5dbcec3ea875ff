package io.sparkllama.jobs;

import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Labels each text positive, negative or neutral. */
@Command(
    name = "sentiment",
    description = "Labels each text positive, negative or neutral.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sentiment --model models/smollm2 --input posts.jsonl --output tables/sentiment")
final class SentimentCommand extends TableCommand {

  @Override
  String task() {
    return "sentiment";
  }

  @Override
  Stream<Object> arguments() {
    return Stream.of();
  }
}
