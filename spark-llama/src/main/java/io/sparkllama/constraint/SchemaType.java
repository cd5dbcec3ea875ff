package io.sparkllama.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The types of JSON schema, and the keywords that describe their values. */
enum SchemaType {
  OBJECT,
  ARRAY,
  STRING,
  INTEGER,
  NUMBER,
  BOOLEAN,
  NULL;

  Set<String> keywords() {
    return switch (this) {
      case OBJECT -> Set.of("properties", "required", "additionalProperties");
      case ARRAY -> Set.of("items", "minItems", "maxItems");
      case STRING -> Set.of("minLength", "maxLength", "pattern", "format");
      case INTEGER, NUMBER ->
          Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
      case BOOLEAN, NULL -> Set.of();
    };
  }

  /** The one type, or the list of types, of a schema. */
  static Set<SchemaType> of(SchemaNode node) {
    JsonNode type = node.json().path("type");
    EnumSet<SchemaType> types = EnumSet.noneOf(SchemaType.class);
    if (type.isTextual()) {
      types.add(named(node, type));
    } else {
      node.list("type").forEach(member -> types.add(named(node, member)));
    }
    return types;
  }

  private static SchemaType named(SchemaNode node, JsonNode name) {
    Optional<SchemaType> known =
        Arrays.stream(values()).filter(type -> type.text().equals(name.textValue())).findFirst();
    return known.orElseThrow(
        () ->
            node.wrong(
                "an unknown type",
                String.join(", ", Arrays.stream(values()).map(SchemaType::text).toList())));
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a value is of the type. */
  boolean includes(JsonNode value) {
    return switch (this) {
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING -> value.isTextual();
      case INTEGER -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case NUMBER -> value.isNumber();
      case BOOLEAN -> value.isBoolean();
      case NULL -> value.isNull();
    };
  }
}
