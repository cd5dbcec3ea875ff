package io.sparkllama.constraint;

import java.nio.charset.StandardCharsets;

/** Whether texts satisfy constraints, byte by byte. */
final class Answers {

  private final Expressions expressions = new Expressions(LiteralSteps.BYTES);
  private final Expression start;

  Answers(Constraint constraint) {
    this.start = Grammar.of(constraint).build(expressions);
  }

  boolean include(String text) {
    Expression state = start;
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      state = expressions.next(state, value & 0xFF);
    }
    return state.complete();
  }
}
