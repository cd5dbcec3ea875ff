package io.sparkllama.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.constraint.Constraint;
import io.sparkllama.engine.Ending;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Continues the prompts of lines.
 *
 * @param constraint of lines that have none of their own
 */
record GenerateLines(LlamaEngine engine, Optional<Constraint> constraint) implements LineAnswerer {

  private static final int DEFAULT_MAX_TOKENS = 128;

  @Override
  public CompletableFuture<ObjectNode> answer(JsonLine line) {
    JsonNode id = line.id();
    return engine.generate(request(line)).thenApply(generation -> success(id, generation));
  }

  private GenerationRequest request(JsonLine line) {
    return new GenerationRequest(
        PromptField.tokens(line, engine.tokenizer()),
        line.integer("max_tokens").orElse(DEFAULT_MAX_TOKENS),
        line.sampling(),
        stopStrings(line),
        Ending.NATURAL,
        line.adapter(engine.model()),
        ConstraintField.of(line).or(() -> constraint));
  }

  /** One string or a list of them. */
  private static List<String> stopStrings(JsonLine line) {
    if (!line.has("stop")) {
      return List.of();
    }
    List<String> stop =
        line.object().path("stop").isTextual() ? List.of(line.text("stop")) : line.texts("stop");
    if (stop.contains("")) {
      throw JsonLine.wrong("stop", line.object().path("stop"), "strings that are not empty");
    }
    return stop;
  }

  private static ObjectNode success(JsonNode id, Generation generation) {
    String reason = generation.finishReason().name().toLowerCase(Locale.ROOT);
    return line(
        id, generation.text(), generation.tokens(), reason, generation.promptTokens(), null);
  }

  @Override
  public ObjectNode failure(JsonNode id, String message) {
    return line(id, "", Tokens.EMPTY, "error", 0, message);
  }

  private static ObjectNode line(
      JsonNode id, String text, Tokens tokens, String reason, int promptTokens, String error) {
    ObjectNode line = JsonLine.JSON.createObjectNode();
    line.set("id", id);
    line.put("text", text);
    ArrayNode ids = line.putArray("token_ids");
    tokens.stream().forEach(ids::add);
    line.put("finish_reason", reason);
    line.put("prompt_tokens", promptTokens);
    line.put("generated_tokens", tokens.length());
    return line.put("error", error);
  }
}
