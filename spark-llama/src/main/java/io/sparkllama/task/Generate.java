package io.sparkllama.task;

import java.util.List;
import java.util.Optional;

/** A free answer to the text as a user message, or to a conversation. */
public record Generate() implements Verbatim {

  private static final int ANSWER_TOKENS = 128;

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public int answerTokens(int promptTokens) {
    return ANSWER_TOKENS;
  }

  @Override
  public Optional<Value> blank() {
    return Optional.empty();
  }

  /** As it was written. */
  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(String.join(" ", answers));
  }
}
