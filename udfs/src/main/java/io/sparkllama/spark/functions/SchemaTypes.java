package io.sparkllama.spark.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparkllama.errors.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark type of what a JSON schema describes: integers are LONG, numbers DOUBLE, texts STRING
 * or by their format DATE or TIMESTAMP.
 */
final class SchemaTypes {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String NULL = "null";
  private static final Set<String> TIMES = Set.of("date-time", "local-date-time");

  private final JsonNode root;

  private SchemaTypes(JsonNode root) {
    this.root = root;
  }

  /**
   * @param schema one that has been found valid
   * @throws RequestException when it describes something else than an object, or values of several
   *     types in one place
   */
  static StructType of(String schema) {
    try {
      JsonNode root = JSON.readTree(schema);
      if (new SchemaTypes(root).type(root, "$") instanceof StructType struct) {
        return struct;
      }
      throw several("$", "an object");
    } catch (JsonProcessingException e) {
      throw several("$", "JSON");
    }
  }

  /** The schema itself of {@code {"type": "json_schema", "json_schema": {"schema": ...}}}. */
  static String unwrapped(String schema) {
    try {
      JsonNode root = JSON.readTree(schema);
      return root.path("type").asText().equals("json_schema")
          ? root.path("json_schema").path("schema").toString()
          : schema;
    } catch (JsonProcessingException e) {
      throw several("$", "JSON");
    }
  }

  private DataType type(JsonNode given, String path) {
    JsonNode node = resolved(given);
    if (node.has("anyOf")) {
      return alternatives(node.path("anyOf"), path);
    }
    if (node.has("enum")) {
      return same(StreamSupport.stream(node.path("enum").spliterator(), false).toList(), path);
    }
    if (node.has("const")) {
      return same(List.of(node.path("const")), path);
    }
    return switch (only(node, path)) {
      case "object" -> object(node, path);
      case "array" ->
          DataTypes.createArrayType(
              type(node.path("items"), path + "[]"), nullable(node.path("items")));
      case "integer" -> DataTypes.LongType;
      case "number" -> DataTypes.DoubleType;
      case "boolean" -> DataTypes.BooleanType;
      case "string" -> text(node.path("format").asText());
      default -> throw several(path, "a type other than null");
    };
  }

  private static DataType text(String format) {
    if (format.equals("date")) {
      return DataTypes.DateType;
    }
    return TIMES.contains(format) ? DataTypes.TimestampType : DataTypes.StringType;
  }

  private StructType object(JsonNode node, String path) {
    List<String> required = new ArrayList<>();
    node.path("required").forEach(name -> required.add(name.asText()));
    List<StructField> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
      JsonNode value = property.getValue();
      boolean nullable = !required.contains(property.getKey()) || nullable(value);
      StructField field =
          DataTypes.createStructField(
              property.getKey(), type(value, path + "." + property.getKey()), nullable);
      fields.add(
          value.has("description") ? field.withComment(value.path("description").asText()) : field);
    }
    return Types.struct(fields);
  }

  /** The one type beside null. */
  private static String only(JsonNode node, String path) {
    List<String> types = new ArrayList<>();
    if (node.path("type").isTextual()) {
      types.add(node.path("type").asText());
    } else {
      node.path("type").forEach(type -> types.add(type.asText()));
    }
    types.remove(NULL);
    if (types.size() != 1) {
      throw several(path, "one type, or one and null");
    }
    return types.get(0);
  }

  private DataType alternatives(JsonNode branches, String path) {
    List<DataType> types = new ArrayList<>();
    for (JsonNode branch : branches) {
      if (!isNull(resolved(branch))) {
        types.add(type(branch, path));
      }
    }
    if (types.stream().distinct().count() != 1) {
      throw several(path, "alternatives of one type");
    }
    return types.get(0);
  }

  private static DataType same(List<JsonNode> values, String path) {
    List<JsonNode> some = values.stream().filter(value -> !value.isNull()).toList();
    if (some.stream().allMatch(JsonNode::isTextual)) {
      return DataTypes.StringType;
    }
    if (some.stream().allMatch(JsonNode::isIntegralNumber)) {
      return DataTypes.LongType;
    }
    if (some.stream().allMatch(JsonNode::isNumber)) {
      return DataTypes.DoubleType;
    }
    if (some.stream().allMatch(JsonNode::isBoolean)) {
      return DataTypes.BooleanType;
    }
    throw several(path, "values of one type");
  }

  private boolean nullable(JsonNode given) {
    JsonNode node = resolved(given);
    return node.path("nullable").asBoolean()
        || isNull(node)
        || holdsNull(node.path("type"))
        || holdsNull(node.path("enum"))
        || StreamSupport.stream(node.path("anyOf").spliterator(), false).anyMatch(this::nullable);
  }

  private static boolean isNull(JsonNode node) {
    return node.path("type").asText().equals(NULL);
  }

  private static boolean holdsNull(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .anyMatch(value -> value.isNull() || (value.isTextual() && value.asText().equals(NULL)));
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.startsWith("#") ? resolved(root.at(reference.substring(1))) : node;
  }

  private static RequestException several(String path, String expected) {
    return new RequestException(
        "Invalid JSON schema at %s: expected %s, since a column has one type. Change the schema."
            .formatted(path, expected));
  }
}
