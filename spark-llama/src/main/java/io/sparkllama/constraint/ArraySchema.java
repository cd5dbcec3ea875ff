package io.sparkllama.constraint;

/** Arrays of one kind of items. */
final class ArraySchema {

  static final int DEFAULT_ITEMS = 100;

  private ArraySchema() {}

  static Expression read(SchemaNode node, SchemaValues values) {
    int least = node.count("minItems").orElse(0);
    int most = node.count("maxItems").orElse(Math.max(least, DEFAULT_ITEMS));
    if (least > most) {
      throw node.wrong("minItems above maxItems", "minItems of at most " + most);
    }
    Expressions expressions = values.expressions();
    Expression none = expressions.literal("[]");
    if (most == 0) {
      return none;
    }
    Expression item = values.of(node.child("items"));
    Expression further = expressions.sequence(expressions.literal(","), item);
    Expression some =
        expressions.sequence(
            expressions.literal("["),
            item,
            expressions.repeat(further, Math.max(0, least - 1), most - 1),
            expressions.literal("]"));
    return least == 0 ? expressions.choice(none, some) : some;
  }
}
