package io.sparkllama.cli;

import io.sparkllama.engine.LlamaEngine;
import picocli.CommandLine.Command;

/** Weighs labels. */
@Command(
    name = "score",
    description = {
      "Tells how likely each of a line's labels is after its prompt.",
      "",
      "A line has an \"id\" (string or number), one of \"prompt\", \"prompt_ids\" and"
          + " \"messages\", and \"labels\" (list of strings).",
      "An answer has \"id\", \"log_probs\" (for each label the summed natural-log probability of"
          + " its tokens) and \"label\" (the most likely). A line that cannot be answered gives"
          + " \"id\" and \"error\"; blank lines are skipped."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  echo '{\"id\": 1, \"prompt\": \"I love it. This is\", \"labels\": [\" good\", \" bad\"]}'"
          + " \\",
      "    | spark-llama score --model models/smollm2"
    })
final class ScoreCommand extends LineCommand {

  @Override
  LineAnswerer answerer(LlamaEngine engine) {
    return new ScoreLines(engine);
  }
}
