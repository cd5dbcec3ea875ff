package io.sparkllama.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * One way in which a state goes on. Where that is a literal, as keys and labels are, tokens inside
 * it are those that the tokenizer would make of it: a model has learnt nothing about others, and
 * would choose between labels by their first letters.
 *
 * @param state what comes
 * @param literal bytes of the literal at its start; 0 for none
 * @param step length of the token to write in the literal
 */
record Opening(Expression state, int literal, int step) {

  /** All ways in which a state goes on; those without a literal are one. */
  static List<Opening> of(Expression state, Expressions expressions) {
    List<Opening> openings = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (Expression way : expressions.ways(state)) {
      Expression first = way instanceof Expression.Sequence sequence ? sequence.first : way;
      if (first instanceof Expression.Literal literal) {
        openings.add(new Opening(way, literal.bytes.limit(), literal.steps.get(0)));
      } else {
        others.add(way);
      }
    }
    openings.add(new Opening(expressions.choice(others), 0, 0));
    return openings;
  }

  /** Whether a token of a length may be taken; one that goes beyond the literal always. */
  boolean takes(int length) {
    return length > literal || length == step;
  }
}
