package io.sparkllama.cli;

import io.sparkllama.engine.Ending;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.engine.ScoreRequest;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A row of a workload.
 *
 * @param labels token ids of labels to weigh; none for an answer to write
 */
record BenchRow(
    Tokens prompt, int maxTokens, Sampling sampling, Ending ending, List<Tokens> labels) {

  static BenchRow of(JsonLine line) {
    List<Tokens> labels = new ArrayList<>();
    if (line.has("label_ids")) {
      line.array("label_ids").forEach(label -> labels.add(PromptField.ids("label_ids", label)));
    }
    boolean full = line.flag("ignore_stop");
    return new BenchRow(
        PromptField.ids("prompt_ids", line.array("prompt_ids")),
        line.integer("max_tokens").orElse(1),
        line.sampling(),
        full ? Ending.FULL_LENGTH : Ending.NATURAL,
        labels);
  }

  CompletableFuture<?> ask(LlamaEngine engine) {
    return labels.isEmpty()
        ? engine.generate(
            new GenerationRequest(prompt, maxTokens, sampling, List.of()).withEnding(ending))
        : engine.score(new ScoreRequest(prompt, labels));
  }
}
