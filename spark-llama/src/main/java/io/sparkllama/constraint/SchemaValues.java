package io.sparkllama.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes expressions of the values that schemas describe. */
final class SchemaValues {

  private static final int DEEPEST = 64;
  private static final Set<String> OF_REFERENCE = Set.of("$ref", "nullable");
  private static final Set<String> OF_ANY = Set.of("anyOf", "nullable");
  private static final Set<String> OF_LITERALS = Set.of("enum", "const", "type", "nullable");
  private static final Set<String> OF_ALL =
      Set.of("type", "enum", "const", "anyOf", "$ref", "nullable");

  private final SchemaReader schema;
  private final Expressions expressions;
  private final Map<String, Expression> referred = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int depth;

  SchemaValues(SchemaReader schema, Expressions expressions) {
    this.schema = schema;
    this.expressions = expressions;
  }

  Expressions expressions() {
    return expressions;
  }

  Expression of(SchemaNode node) {
    if (++depth > DEEPEST) {
      throw node.wrong("more than " + DEEPEST + " schemas in each other", "fewer");
    }
    Expression value = notNull(node);
    depth--;
    return node.flag("nullable").orElse(false)
        ? expressions.choice(value, expressions.literal("null"))
        : value;
  }

  private Expression notNull(SchemaNode node) {
    if (node.has("$ref")) {
      node.requireKeywords(OF_REFERENCE);
      return reference(node);
    }
    if (node.has("anyOf")) {
      node.requireKeywords(OF_ANY);
      List<Expression> members = new ArrayList<>();
      for (int i = 0; i < node.list("anyOf").size(); i++) {
        members.add(of(SchemaNode.of(node.json().path("anyOf").path(i), member(node, i))));
      }
      return expressions.choice(members);
    }
    if (node.has("enum") || node.has("const")) {
      node.requireKeywords(OF_LITERALS);
      return literals(node);
    }
    return typed(node);
  }

  private static String member(SchemaNode node, int index) {
    return node.path() + ".anyOf[" + index + "]";
  }

  private Expression reference(SchemaNode node) {
    String reference = node.text("$ref").orElseThrow();
    Expression known = referred.get(reference);
    if (known != null) {
      return known;
    }
    if (!open.add(reference)) {
      throw node.wrong("$ref to a schema that it is part of", "one that ends");
    }
    Expression value = of(schema.referred(node, reference));
    open.remove(reference);
    referred.put(reference, value);
    return value;
  }

  private Expression literals(SchemaNode node) {
    List<JsonNode> values = new ArrayList<>();
    if (node.has("enum")) {
      node.list("enum").forEach(values::add);
    }
    if (node.has("const")) {
      JsonNode only = node.json().path("const");
      if (node.has("enum") && !values.contains(only)) {
        throw node.wrong("a const that is not in the enum", "one of its values");
      }
      values = List.of(only);
    }
    Set<SchemaType> types =
        node.has("type") ? SchemaType.of(node) : EnumSet.allOf(SchemaType.class);
    List<Expression> fitting =
        values.stream()
            .filter(value -> types.stream().anyMatch(type -> type.includes(value)))
            .map(value -> expressions.literal(value.toString()))
            .toList();
    if (fitting.isEmpty()) {
      throw node.wrong("no value of its own type", "values that its type includes");
    }
    return expressions.choice(fitting);
  }

  private Expression typed(SchemaNode node) {
    if (!node.has("type")) {
      node.requireKeywords(OF_ALL);
      throw node.wrong("no type", "one of type, enum, const, anyOf and $ref");
    }
    Set<SchemaType> types = SchemaType.of(node);
    Set<String> keywords = new HashSet<>(OF_ALL);
    types.forEach(type -> keywords.addAll(type.keywords()));
    node.requireKeywords(keywords);
    return expressions.choice(types.stream().map(type -> ofType(type, node)).toList());
  }

  private Expression ofType(SchemaType type, SchemaNode node) {
    return switch (type) {
      case OBJECT -> ObjectSchema.read(node, this);
      case ARRAY -> ArraySchema.read(node, this);
      case STRING -> StringSchema.read(node, expressions);
      case INTEGER -> NumberSchema.integer(node, expressions);
      case NUMBER -> NumberSchema.number(node, expressions);
      case BOOLEAN -> expressions.choice(expressions.literal("true"), expressions.literal("false"));
      case NULL -> expressions.literal("null");
    };
  }
}
