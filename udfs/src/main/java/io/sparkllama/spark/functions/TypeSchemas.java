package io.sparkllama.spark.functions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.RequestException;
import java.math.BigDecimal;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** JSON schemas whose values fit Spark's types, all of them and nothing else. */
final class TypeSchemas {

  private static final JsonMapper JSON = new JsonMapper();

  private TypeSchemas() {}

  /**
   * @throws RequestException for a type that JSON has no place for, such as MAP
   */
  static String of(StructType type) {
    return object(type, "").toString();
  }

  private static ObjectNode object(StructType type, String path) {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (StructField field : type.fields()) {
      ObjectNode value = value(field.dataType(), path + field.name());
      properties.set(field.name(), field.nullable() ? orNull(value) : value);
      required.add(field.name());
    }
    return schema;
  }

  private static ObjectNode value(DataType type, String path) {
    if (type instanceof StructType struct) {
      return object(struct, path + ".");
    }
    if (type instanceof ArrayType array) {
      ObjectNode items = value(array.elementType(), path + "[]");
      ObjectNode schema = typed("array");
      schema.set("items", items);
      return schema;
    }
    if (type instanceof StringType) {
      return typed("string");
    }
    if (type instanceof BooleanType) {
      return typed("boolean");
    }
    if (type instanceof DateType) {
      return typed("string").put("format", "date");
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return typed("string").put("format", "local-date-time");
    }
    return number(type, path);
  }

  private static ObjectNode number(DataType type, String path) {
    if (type instanceof ByteType) {
      return whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    if (type instanceof ShortType) {
      return whole(Short.MIN_VALUE, Short.MAX_VALUE);
    }
    if (type instanceof IntegerType) {
      return whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type instanceof LongType) {
      return whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type instanceof FloatType || type instanceof DoubleType) {
      return typed("number");
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal bound = BigDecimal.TEN.pow(decimal.precision() - decimal.scale());
      return typed("number")
          .put("multipleOf", BigDecimal.ONE.movePointLeft(decimal.scale()))
          .put("exclusiveMinimum", bound.negate())
          .put("exclusiveMaximum", bound);
    }
    throw new RequestException(
        "Cannot extract the field %s: found the type %s, expected texts, numbers, booleans, dates, timestamps, arrays or structs. Change the type, as MAP to ARRAY<STRUCT<key, value>>."
            .formatted(path, type.sql()));
  }

  private static ObjectNode whole(long least, long most) {
    return typed("integer").put("minimum", least).put("maximum", most);
  }

  private static ObjectNode typed(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private static ObjectNode orNull(ObjectNode value) {
    ObjectNode either = JSON.createObjectNode();
    either.putArray("anyOf").add(value).add(typed("null"));
    return either;
  }
}
