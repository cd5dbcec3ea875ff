package io.sparkllama.task;

import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.JsonSchema;
import java.util.List;
import java.util.Optional;

/**
 * An answer to a prompt as JSON of a schema; the prompt is taken as it is.
 *
 * @param schema of any value
 */
public record GenerateJson(JsonSchema schema) implements Verbatim {

  private static final int ANSWER_TOKENS = 512;

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public int answerTokens(int promptTokens) {
    return ANSWER_TOKENS;
  }

  @Override
  public Optional<Constraint> constraint() {
    return Optional.of(schema);
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(String.join("", answers));
  }

  @Override
  public Optional<Value> blank() {
    return Optional.empty();
  }
}
