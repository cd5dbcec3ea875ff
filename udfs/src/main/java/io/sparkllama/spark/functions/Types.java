package io.sparkllama.spark.functions;

import java.util.List;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Spark types and values in few words. */
final class Types {

  private Types() {}

  /** A field that may be NULL. */
  static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  static StructType struct(List<StructField> fields) {
    return DataTypes.createStructType(fields);
  }

  static GenericArrayData texts(List<String> texts) {
    return new GenericArrayData(texts.stream().map(UTF8String::fromString).toArray());
  }
}
