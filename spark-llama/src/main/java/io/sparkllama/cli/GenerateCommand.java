package io.sparkllama.cli;

import io.sparkllama.engine.LlamaEngine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** Continues prompts. */
@Command(
    name = "generate",
    description = {
      "Answers JSON lines, many at a time, in the order of the input.",
      "",
      "A line has an \"id\" (string or number), one of \"prompt\" (plain text), \"prompt_ids\""
          + " (token ids) and \"messages\" (list of \"role\" and \"content\"), and where wanted"
          + " \"max_tokens\" (128), \"temperature\" (0: the most likely token), \"top_k\","
          + " \"top_p\", \"seed\" and \"stop\" (string or list).",
      "The answer is JSON of a \"schema\", matches a \"regex\", or is one of some \"choices\", where"
          + " a line or an option says so: always complete, whatever max_tokens.",
      "An answer has \"id\", \"text\", \"token_ids\", \"finish_reason\" (stop, length or error),"
          + " \"prompt_tokens\", \"generated_tokens\" and \"error\". A line that cannot be answered"
          + " gives an answer with the reason; blank lines are skipped."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  spark-llama generate --model models/smollm2 --input rows.jsonl --output answers.jsonl",
      "  spark-llama generate --model models/smollm2 --input rows.jsonl --schema person.json"
    })
final class GenerateCommand extends LineCommand {

  @ArgGroup private ConstraintOptions constraint = new ConstraintOptions();

  @Override
  LineAnswerer answerer(LlamaEngine engine) {
    return new GenerateLines(engine, constraint.constraint());
  }
}
