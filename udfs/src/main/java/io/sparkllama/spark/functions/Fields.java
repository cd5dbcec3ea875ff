package io.sparkllama.spark.functions;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Fields in the words of a prompt. */
final class Fields {

  private Fields() {}

  /** A line for each field, with its kind and what its comment says; nested ones in braces. */
  static String sketch(StructType type) {
    return Arrays.stream(type.fields())
        .map(field -> "- " + named(field))
        .collect(Collectors.joining("\n"));
  }

  private static String named(StructField field) {
    String comment = field.getComment().isDefined() ? ", " + field.getComment().get() : "";
    return field.name() + " (" + kind(field.dataType()) + comment + ")";
  }

  private static String kind(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields())
          .map(Fields::named)
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (type instanceof ArrayType array) {
      return "list of " + kind(array.elementType());
    }
    if (type instanceof StringType) {
      return "text";
    }
    if (type instanceof BooleanType) {
      return "true or false";
    }
    if (type instanceof IntegralType) {
      return "whole number";
    }
    if (type instanceof NumericType) {
      return "number";
    }
    return type instanceof DateType ? "date as YYYY-MM-DD" : "time as YYYY-MM-DDThh:mm:ss";
  }

  /** Those that hold a value of their own, nested ones too. */
  static int count(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).mapToInt(field -> count(field.dataType())).sum();
    }
    return type instanceof ArrayType array ? 4 * count(array.elementType()) : 1;
  }
}
