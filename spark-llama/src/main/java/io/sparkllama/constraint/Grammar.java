package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;

/** What a constraint has been read to; becomes an expression for each vocabulary anew. */
interface Grammar {

  Expression build(Expressions expressions);

  static Grammar of(Constraint constraint) {
    if (constraint instanceof JsonSchema schema) {
      return new SchemaReader(schema.text());
    }
    if (constraint instanceof Regex regex) {
      return RegexReader.ofAnswer(regex.pattern());
    }
    Choices choices = (Choices) constraint;
    return expressions ->
        expressions.choice(choices.texts().stream().map(expressions::literal).toList());
  }

  /**
   * @throws RequestException when no text satisfies it
   */
  static void check(Grammar grammar) {
    Expressions expressions = new Expressions(LiteralCosts.BYTES);
    Expression texts = grammar.build(expressions);
    if (texts == expressions.nothing() || texts == expressions.empty()) {
      throw new RequestException(
          "Invalid constraint: found one that no text satisfies but perhaps the empty one, expected"
              + " one with an answer. Widen it.");
    }
  }
}
