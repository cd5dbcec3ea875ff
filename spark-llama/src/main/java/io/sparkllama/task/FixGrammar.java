package io.sparkllama.task;

import java.util.List;

/** The same text without mistakes of spelling and grammar. */
public record FixGrammar() implements Writing {
  @Override
  public String name() {
    return "fix_grammar";
  }

  @Override
  public int answerTokens(int promptTokens) {
    return promptTokens + promptTokens / 4 + 16;
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(TextAnswers.alike(answers, input));
  }
}
