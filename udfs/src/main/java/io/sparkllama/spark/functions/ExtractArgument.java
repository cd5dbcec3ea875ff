package io.sparkllama.spark.functions;

import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.errors.RequestException;
import io.sparkllama.task.Extract;
import io.sparkllama.task.GenerateJson;
import io.sparkllama.task.Label;
import io.sparkllama.task.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** What a call wants to be extracted: labels, columns as DDL has them, or a JSON schema. */
record ExtractArgument(Arguments arguments, String name) {

  private static final int LEAST_TOKENS = 128;
  private static final int FIELD_TOKENS = 32;

  Asked read() {
    Object value = arguments.constant(name).orElseThrow().value();
    if (!(value instanceof UTF8String)) {
      return asked(labels());
    }
    String text = arguments.text(name).orElseThrow().strip();
    return text.startsWith("{") ? json(text) : asked(ddl(text));
  }

  /** An answer to a prompt in a form that is given as Databricks takes it. */
  Task format(String text) {
    String bare = text.strip();
    if (!bare.startsWith("{")) {
      return new GenerateJson(schema(ddl(bare)));
    }
    try {
      return new GenerateJson(new JsonSchema(SchemaTypes.unwrapped(bare)));
    } catch (RequestException e) {
      throw invalid("a JSON schema that cannot be used (" + e.getMessage() + ")");
    }
  }

  private StructType labels() {
    List<Label> labels = new LabelArgument(arguments, name).read(1);
    return Types.struct(
        labels.stream()
            .map(label -> Types.field(label.name(), DataTypes.StringType))
            .map(field -> describe(field, labels))
            .toList());
  }

  private static StructField describe(StructField field, List<Label> labels) {
    return labels.stream()
        .filter(label -> label.name().equals(field.name()) && !label.description().isEmpty())
        .findFirst()
        .map(label -> field.withComment(label.description()))
        .orElse(field);
  }

  /** Spark's parser throws a checked exception that its signature does not name. */
  private StructType ddl(String text) {
    try {
      if (DataType.fromDDL(text) instanceof StructType struct) {
        return struct;
      }
    } catch (Exception e) {
      throw invalid("columns that do not parse (" + firstLine(e.getMessage()) + ")");
    }
    throw invalid("a type that is no struct");
  }

  private static String firstLine(String message) {
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
  }

  private Asked json(String text) {
    try {
      JsonSchema schema = new JsonSchema(text);
      return asked(schema, SchemaTypes.of(text));
    } catch (RequestException e) {
      throw invalid("a JSON schema that cannot be used (" + e.getMessage() + ")");
    }
  }

  private Asked asked(StructType type) {
    return asked(schema(type), type);
  }

  private JsonSchema schema(StructType type) {
    try {
      return new JsonSchema(TypeSchemas.of(type));
    } catch (RequestException e) {
      throw invalid("columns that cannot be used (" + e.getMessage() + ")");
    }
  }

  private Asked asked(JsonSchema schema, StructType type) {
    requireDistinct(type);
    int tokens = Math.max(LEAST_TOKENS, FIELD_TOKENS * (1 + Fields.count(type)));
    return new Asked(
        new Extract(schema, Fields.sketch(type), tokens),
        new AnswerType.Extracted(type, SQLConf.get().sessionLocalTimeZone()));
  }

  private void requireDistinct(StructType type) {
    Set<String> seen = new HashSet<>();
    for (StructField field : type.fields()) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        throw invalid("the field " + field.name() + " twice");
      }
    }
    if (seen.isEmpty()) {
      throw invalid("no field");
    }
  }

  private RequestException invalid(String found) {
    return arguments.invalid(
        name,
        found,
        "an array of labels, columns such as 'name STRING, age INT', or a JSON schema of an object");
  }
}
