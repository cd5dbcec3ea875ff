package io.sparkllama.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Compares a package's greedy answers with expected ids. */
public final class Answers {

  private Answers() {}

  /** Lines of a file of expected values whose greedy ids are not the package's. */
  public static List<Integer> different(ModelPackage model, String golden) {
    List<JsonNode> rows = Fixtures.golden(golden);
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(4))) {
      List<CompletableFuture<Generation>> answers =
          rows.stream().map(row -> engine.generate(request(row))).toList();
      List<Integer> different = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Tokens expected = Tokens.of(Fixtures.ids(rows.get(i), "greedy_ids"));
        if (!answers.get(i).join().tokens().equals(expected)) {
          different.add(i);
        }
      }
      return different;
    }
  }

  private static GenerationRequest request(JsonNode row) {
    return GenerationRequest.greedy(
        Tokens.of(Fixtures.ids(row, "prompt_ids")), row.get("greedy_ids").size());
  }
}
