package io.sparkllama.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.engine.LabelScores;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.ScoreRequest;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Weighs the labels of lines after their prompts. */
record ScoreLines(LlamaEngine engine) implements LineAnswerer {

  @Override
  public CompletableFuture<ObjectNode> answer(JsonLine line) {
    JsonNode id = line.id();
    List<String> labels = line.texts("labels").stream().distinct().toList();
    LlamaTokenizer tokenizer = engine.tokenizer();
    List<Tokens> encoded =
        labels.stream()
            .map(line.has("messages") ? tokenizer::encodeAnswer : tokenizer::encode)
            .toList();
    Tokens prompt = PromptField.tokens(line, tokenizer);
    return engine
        .score(new ScoreRequest(prompt, encoded, line.adapter(engine.model())))
        .thenApply(scores -> success(id, labels, scores));
  }

  private static ObjectNode success(JsonNode id, List<String> labels, LabelScores scores) {
    ObjectNode line = JsonLine.JSON.createObjectNode();
    line.set("id", id);
    ObjectNode logProbs = line.putObject("log_probs");
    for (int i = 0; i < labels.size(); i++) {
      logProbs.put(labels.get(i), scores.logProbabilities().get(i));
    }
    return line.put("label", labels.get(scores.best()));
  }

  @Override
  public ObjectNode failure(JsonNode id, String message) {
    ObjectNode line = JsonLine.JSON.createObjectNode();
    line.set("id", id);
    return line.put("error", message);
  }
}
