package io.sparkllama.constraint;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparkllama.errors.RequestException;

/** Reads a JSON schema. */
final class SchemaReader implements Grammar {

  /** Reads numbers as they are written, and refuses a key that comes twice. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final SchemaNode root;

  /**
   * @throws RequestException when the text is no JSON object
   */
  SchemaReader(String text) {
    try {
      root = SchemaNode.of(JSON.readTree(text), "$");
    } catch (JsonProcessingException e) {
      throw new RequestException(
          "Invalid JSON schema: no JSON from line %d, column %d on. Write one JSON object."
              .formatted(
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
    }
  }

  @Override
  public Expression build(Expressions expressions) {
    return new SchemaValues(this, expressions).of(root);
  }

  /** The schema that a {@code $ref} names. */
  SchemaNode referred(SchemaNode from, String reference) {
    if (!reference.startsWith("#") || (reference.length() > 1 && reference.charAt(1) != '/')) {
      throw from.wrong("$ref to elsewhere", "a place in this schema, such as #/$defs/name");
    }
    JsonNode target = root.json().at(JsonPointer.compile(reference.substring(1)));
    if (target.isMissingNode()) {
      throw from.wrong("$ref to a place that is not there", "a place in this schema");
    }
    return SchemaNode.of(target, "$" + reference.substring(1).replace('/', '.'));
  }
}
