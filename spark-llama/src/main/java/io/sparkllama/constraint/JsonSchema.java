package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;

/**
 * A JSON schema. The answer is a JSON value that it describes, in one compact form: no white space,
 * properties in the schema's order and no others, no exponents, characters as they are but for
 * those that JSON must escape.
 *
 * <p>Everything is bounded, so that an answer ends: where the schema says nothing else, a string
 * has {@value StringSchema#DEFAULT_LENGTH} characters at most, an array {@value
 * ArraySchema#DEFAULT_ITEMS} items, an integer {@value NumberSchema#DEFAULT_DIGITS} digits.
 *
 * <p>Supported: {@code type} (also a list), {@code enum}, {@code const}, {@code anyOf}, {@code
 * $ref} into the schema itself (not recursive), {@code nullable}; {@code properties}, {@code
 * required}, {@code additionalProperties} true or false; {@code items}, {@code minItems}, {@code
 * maxItems}; {@code minLength}, {@code maxLength}, {@code pattern} (a {@link Regex} between {@code
 * ^} and {@code $}), {@code format} {@code date}, {@code date-time} and {@code local-date-time}
 * (without a zone); {@code minimum}, {@code maximum}, {@code exclusiveMinimum}, {@code
 * exclusiveMaximum} (whole numbers), {@code multipleOf} (1, 0.1, 0.01 and so on). Descriptions are
 * passed over.
 *
 * @param text the schema
 */
public record JsonSchema(String text) implements Constraint {

  /**
   * @throws RequestException when it is no JSON, uses another keyword or describes nothing; the
   *     message names the keyword, its path and what is supported
   */
  public JsonSchema {
    Grammar.check(new SchemaReader(text));
  }
}
