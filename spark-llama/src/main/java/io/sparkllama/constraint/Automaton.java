package io.sparkllama.constraint;

/**
 * The states of a constraint that answers have met, and the tokens that they allow. Used by one
 * thread at a time.
 */
record Automaton(
    Expression start, Expressions expressions, TokenMasks masks, TokenVocabulary vocabulary) {

  static Automaton of(Grammar grammar, TokenVocabulary vocabulary) {
    Expressions expressions = new Expressions(vocabulary);
    Expression start = grammar.build(expressions);
    expressions.follow();
    return new Automaton(
        start, expressions, new TokenMasks(vocabulary.bands(), expressions), vocabulary);
  }

  int size() {
    return expressions.size();
  }

  /**
   * Whether a token may come next.
   *
   * @param most tokens that may follow it
   */
  boolean allows(Expression state, int token, int most) {
    int length = vocabulary.bytes(token).length;
    return length > 0
        && masks.openings(state).stream()
            .filter(opening -> opening.takes(length))
            .map(opening -> after(opening.state(), token))
            .anyMatch(next -> next != expressions.nothing() && next.cost.leastTokens() <= most);
  }

  /** The state after a token; nothing where it does not fit. */
  Expression after(Expression state, int token) {
    byte[] bytes = vocabulary.bytes(token);
    Expression next = state;
    for (int i = 0; i < bytes.length && next != expressions.nothing(); i++) {
      next = expressions.next(next, bytes[i] & 0xFF);
    }
    return next;
  }
}
