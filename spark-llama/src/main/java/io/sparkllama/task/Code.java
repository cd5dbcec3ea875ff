package io.sparkllama.task;

import java.util.List;

/**
 * Something about source code.
 *
 * @param action what is to be done with it
 */
public record Code(CodeAction action) implements Writing {

  @Override
  public String name() {
    return "code_" + action.word();
  }

  @Override
  public List<String> endings() {
    return action == CodeAction.EXPLAIN ? Chatter.ENDINGS : List.of();
  }

  @Override
  public boolean divisible() {
    return false;
  }

  @Override
  public int answerTokens(int promptTokens) {
    return action.answerTokens(promptTokens);
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    String answer = String.join("\n", answers);
    return new Value.Text(
        switch (action) {
          case EXPLAIN -> TextAnswers.joined(answers, input);
          case COMPLETE -> Fences.continuation(answer, TextAnswers.text(input));
          case FIX, DOCUMENT -> Fences.code(answer);
        });
  }
}
