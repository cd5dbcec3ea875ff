package io.sparkllama.jobs;

import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers each text as a prompt. */
@Command(
    name = "generate",
    description = "Answers each text as a prompt.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer =
        "  generate --model models/smollm2 --input prompts.jsonl --output tables/generate --max-tokens 200")
final class GenerateCommand extends TableCommand {

  @Option(
      names = "--max-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Override
  String task() {
    return "generate";
  }

  @Override
  Stream<Object> arguments() {
    return Stream.of(maxTokens);
  }
}
