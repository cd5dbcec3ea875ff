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
    return new Automaton(
        start, expressions, new TokenMasks(vocabulary.bands(), expressions), vocabulary);
  }

  int size() {
    return expressions.count();
  }

  /** The state after a token; nothing where it is not allowed. */
  Expression after(Expression state, int token) {
    byte[] bytes = vocabulary.bytes(token);
    if (bytes.length == 0) {
      return expressions.nothing();
    }
    Expression next = state;
    for (int i = 0; i < bytes.length && next != expressions.nothing(); i++) {
      next = expressions.next(next, bytes[i] & 0xFF);
    }
    return next;
  }
}
