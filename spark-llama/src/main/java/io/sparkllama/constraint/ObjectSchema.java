package io.sparkllama.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Objects: the properties in the schema's order, those that are not required also left out. */
final class ObjectSchema {

  private ObjectSchema() {}

  static Expression read(SchemaNode node, SchemaValues values) {
    // Either way no other properties are written; a schema for them would ask for some.
    node.flag("additionalProperties");
    List<String> names = names(node);
    Set<String> required = required(node, names);
    Expressions expressions = values.expressions();
    // From the last to the first: what may follow, once nothing stands before it, once something.
    Expression first = expressions.literal("}");
    Expression further = first;
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = names.get(i);
      String key = TextNode.valueOf(name).toString() + ":";
      Expression value = values.of(property(node, name));
      Expression rest = expressions.sequence(value, further);
      Expression opening = expressions.sequence(expressions.literal(key), rest);
      Expression following = expressions.sequence(expressions.literal("," + key), rest);
      boolean optional = !required.contains(name);
      first = optional ? expressions.choice(opening, first) : opening;
      further = optional ? expressions.choice(following, further) : following;
    }
    return expressions.sequence(expressions.literal("{"), first);
  }

  private static SchemaNode property(SchemaNode node, String name) {
    JsonNode schema = node.json().path("properties").path(name);
    return SchemaNode.of(schema, node.path() + ".properties." + name);
  }

  private static List<String> names(SchemaNode node) {
    List<String> names = new ArrayList<>();
    if (node.has("properties")) {
      JsonNode properties = node.json().path("properties");
      if (!properties.isObject()) {
        throw node.wrong("properties that are no object", "an object of schemas");
      }
      properties.fieldNames().forEachRemaining(names::add);
    }
    return names;
  }

  private static Set<String> required(SchemaNode node, List<String> names) {
    Set<String> required = new HashSet<>();
    JsonNode list = node.json().path("required");
    if (node.has("required") && !list.isArray()) {
      throw node.wrong("required that is no list", "a list of properties");
    }
    for (JsonNode name : list) {
      if (!name.isTextual() || !names.contains(name.textValue())) {
        throw node.wrong("required with something that is no property", "names of its properties");
      }
      required.add(name.textValue());
    }
    return required;
  }
}
