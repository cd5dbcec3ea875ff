package io.sparkllama.spark.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparkllama.errors.EngineException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * JSON as Catalyst has it, for the types of {@link TypeSchemas}.
 *
 * @param zone of times without one
 */
record JsonValues(ZoneId zone) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  Object read(String json, StructType type) {
    try {
      return value(JSON.readTree(json), type);
    } catch (JsonProcessingException e) {
      throw new EngineException(
          "Failed to read an answer: found no JSON, expected an object of the call's schema. Report"
              + " this with the schema.");
    }
  }

  private Object value(JsonNode node, DataType type) {
    if (node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (type instanceof StructType struct) {
      return struct(node, struct);
    }
    if (type instanceof ArrayType array) {
      return new GenericArrayData(
          StreamSupport.stream(node.spliterator(), false)
              .map(item -> value(item, array.elementType()))
              .toArray());
    }
    if (type instanceof BooleanType) {
      return node.booleanValue();
    }
    if (type instanceof DateType) {
      return (int) LocalDate.parse(node.textValue()).toEpochDay();
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return micros(node.textValue(), type instanceof TimestampType ? zone : ZoneOffset.UTC);
    }
    return node.isNumber() ? number(node, type) : UTF8String.fromString(node.asText());
  }

  private Object struct(JsonNode node, StructType type) {
    StructField[] fields = type.fields();
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = value(node.path(fields[i].name()), fields[i].dataType());
    }
    return new GenericInternalRow(values);
  }

  private static Object number(JsonNode node, DataType type) {
    if (type instanceof ByteType) {
      return node.numberValue().byteValue();
    }
    if (type instanceof ShortType) {
      return node.numberValue().shortValue();
    }
    if (type instanceof IntegerType) {
      return node.intValue();
    }
    if (type instanceof LongType) {
      return node.longValue();
    }
    if (type instanceof FloatType) {
      return node.floatValue();
    }
    if (type instanceof DoubleType) {
      return node.doubleValue();
    }
    DecimalType decimal = (DecimalType) type;
    return Decimal.apply(node.decimalValue(), decimal.precision(), decimal.scale());
  }

  /** Since 1970, as Spark counts; a time that names its own zone is taken by it. */
  private static long micros(String text, ZoneId zone) {
    boolean zoned = text.matches(".*(?:Z|[+-]\\d\\d:\\d\\d)");
    Instant instant =
        zoned
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDateTime.parse(text).atZone(zone).toInstant();
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
  }
}
