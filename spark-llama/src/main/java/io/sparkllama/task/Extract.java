package io.sparkllama.task;

import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.JsonSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a text says of some fields, as a JSON object of a schema.
 *
 * @param schema of an object
 * @param fields the same in words, for the prompt
 * @param answerTokens most tokens of an answer, where the caller says nothing else
 */
public record Extract(JsonSchema schema, String fields, int answerTokens) implements Verbatim {
  @Override
  public String name() {
    return "extract";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("fields", fields);
  }

  @Override
  public int answerTokens(int promptTokens) {
    return answerTokens;
  }

  @Override
  public Optional<Constraint> constraint() {
    return Optional.of(schema);
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Json(String.join("", answers));
  }

  @Override
  public Optional<Value> blank() {
    return Optional.of(new Value.None());
  }
}
