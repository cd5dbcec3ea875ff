package io.sparkllama.task;

import java.util.List;
import java.util.Optional;

/** What a text praises or blames; the answer is a {@link Value.Aspects}. */
public record AspectOpinions() implements Writing {

  private static final int ANSWER_TOKENS = 160;

  @Override
  public String name() {
    return "aspect_sentiment";
  }

  @Override
  public int answerTokens(int promptTokens) {
    return ANSWER_TOKENS;
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Aspects(AspectLines.read(answers));
  }

  @Override
  public Optional<Value> blank() {
    return Optional.of(new Value.Aspects(List.of()));
  }
}
