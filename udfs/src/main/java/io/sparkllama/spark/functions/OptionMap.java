package io.sparkllama.spark.functions;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Options that a call gives together, as a map or, in the manner of Databricks, a struct. */
final class OptionMap {

  private OptionMap() {}

  /** Each option as a constant, by its name. */
  static Map<String, Literal> read(String function, String name, Expression options) {
    DataType type = options.dataType();
    if (!Constants.is(options)) {
      throw Arguments.invalid(
          function, name, "an expression that is not constant", "a constant map");
    }
    Object value = Constants.value(options);
    if (value instanceof MapData map
        && type instanceof MapType mapType
        && (mapType.keyType() instanceof StringType || map.numElements() == 0)) {
      return ofMap(map, mapType);
    }
    if (value instanceof InternalRow row && type instanceof StructType struct) {
      return ofStruct(row, struct);
    }
    throw Arguments.invalid(
        function, name, type.sql(), "a map from names of options to their values");
  }

  private static Map<String, Literal> ofMap(MapData map, MapType type) {
    Map<String, Literal> options = new LinkedHashMap<>();
    for (int i = 0; i < map.numElements(); i++) {
      options.put(
          map.keyArray().getUTF8String(i).toString(),
          Literal$.MODULE$.create(map.valueArray().get(i, type.valueType()), type.valueType()));
    }
    return options;
  }

  private static Map<String, Literal> ofStruct(InternalRow row, StructType type) {
    Map<String, Literal> options = new LinkedHashMap<>();
    StructField[] fields = type.fields();
    for (int i = 0; i < fields.length; i++) {
      options.put(
          fields[i].name(),
          Literal$.MODULE$.create(row.get(i, fields[i].dataType()), fields[i].dataType()));
    }
    return options;
  }
}
