package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;

/**
 * A constraint for a vocabulary. Answers share what is found about its states, until that is a lot:
 * then later ones begin anew, and it goes with the last that uses it.
 */
final class CompiledConstraint {

  /** States with their transitions take about half a kilobyte. */
  private static final int MOST_SHARED = 20_000;

  private final Grammar grammar;
  private final TokenVocabulary vocabulary;
  private Automaton current;

  /**
   * @throws RequestException when the vocabulary cannot write any of its texts
   */
  CompiledConstraint(Constraint constraint, TokenVocabulary vocabulary) {
    this.grammar = Grammar.of(constraint);
    this.vocabulary = vocabulary;
    this.current = Automaton.of(grammar, vocabulary);
    if (leastTokens() >= Cost.NEVER) {
      throw new RequestException(
          "Cannot answer within the constraint: the model's vocabulary has no tokens for any of its"
              + " texts. Use another model or other texts.");
    }
  }

  /** Tokens that are enough for some answer. */
  final synchronized int leastTokens() {
    return current.start().cost.leastTokens();
  }

  synchronized Automaton automaton() {
    if (current.size() > MOST_SHARED) {
      current = Automaton.of(grammar, vocabulary);
    }
    return current;
  }
}
