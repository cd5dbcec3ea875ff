package io.sparkllama.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Random;

/** Random schemas, and another tool's judgement of what is valid. */
public final class Schemas {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final List<String> NAMES =
      List.of("name", "na", "name of it", "größe", "a\"quote", "日本", "x", "price_in_eur", "tags");

  private Schemas() {}

  /** What is wrong with a text as a value of a schema; nothing where it is valid. */
  public static List<String> errors(String schema, String text) {
    Schema judge = REGISTRY.getSchema(schema);
    return judge
        .validate(
            text,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Object::toString)
        .toList();
  }

  public static String random(Random random) {
    return value(random, 3).toString();
  }

  private static ObjectNode value(Random random, int depth) {
    ObjectNode schema = JSON.createObjectNode();
    switch (random.nextInt(depth > 0 ? 10 : 7)) {
      case 0 -> string(schema, random);
      case 1 ->
          schema.put("type", "string").put("format", random.nextBoolean() ? "date" : "date-time");
      case 2 -> integer(schema, random);
      case 3 -> number(schema, random);
      case 4 -> schema.put("type", "boolean");
      case 5 -> literals(schema, random);
      case 6 -> schema.putArray("type").add("integer").add("null");
      case 7 -> array(schema, random, depth);
      case 8 -> {
        ArrayNode any = schema.putArray("anyOf");
        any.add(value(random, depth - 1)).add(value(random, depth - 1));
      }
      default -> object(schema, random, depth);
    }
    return schema;
  }

  private static void string(ObjectNode schema, Random random) {
    int least = random.nextInt(4);
    schema.put("type", "string").put("minLength", least);
    if (random.nextBoolean()) {
      schema.put("maxLength", least + random.nextInt(30));
    }
  }

  private static void integer(ObjectNode schema, Random random) {
    int low = random.nextInt(3000) - 1500;
    schema.put("type", "integer").put("minimum", low).put("maximum", low + random.nextInt(5000));
  }

  private static void number(ObjectNode schema, Random random) {
    int low = random.nextInt(300) - 150;
    schema.put("type", "number").put("exclusiveMinimum", low);
    schema.put(
        random.nextBoolean() ? "maximum" : "exclusiveMaximum", low + 1 + random.nextInt(300));
  }

  private static void literals(ObjectNode schema, Random random) {
    ArrayNode values = schema.putArray("enum");
    values.add("new").add("news").add("ne\"w\\").add("日本語").add("日本酒");
    if (random.nextBoolean()) {
      values.add(12).addNull().add(true).add(1.5);
    }
  }

  private static void array(ObjectNode schema, Random random, int depth) {
    int least = random.nextInt(3);
    schema.put("type", "array").put("minItems", least).put("maxItems", least + random.nextInt(4));
    schema.set("items", value(random, depth - 1));
  }

  private static void object(ObjectNode schema, Random random, int depth) {
    schema.put("type", "object").put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (String name : NAMES) {
      if (random.nextInt(3) == 0) {
        properties.set(name, value(random, depth - 1));
        if (random.nextBoolean()) {
          required.add(name);
        }
      }
    }
  }
}
