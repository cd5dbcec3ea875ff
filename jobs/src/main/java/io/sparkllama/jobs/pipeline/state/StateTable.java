package io.sparkllama.jobs.pipeline.state;

import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A Delta table of the state folder, made when it is first written. */
final class StateTable {

  private final SparkSession session;
  private final String path;
  private final StructType schema;
  private final List<String> partitions;

  StateTable(SparkSession session, String path, StructType schema, String... partitions) {
    this.session = session;
    this.path = path;
    this.schema = schema;
    this.partitions = List.of(partitions);
  }

  /** All rows; none if the table is not there yet. */
  Dataset<Row> rows() {
    return DeltaTable.isDeltaTable(session, path)
        ? session.read().format("delta").load(path)
        : session.createDataFrame(List.of(), schema);
  }

  DeltaTable table() {
    if (!DeltaTable.isDeltaTable(session, path)) {
      append(session.createDataFrame(List.of(), schema));
    }
    return DeltaTable.forPath(session, path);
  }

  void append(Dataset<Row> rows) {
    rows.select(columns(rows))
        .write()
        .format("delta")
        .partitionBy(partitions.toArray(String[]::new))
        .option("mergeSchema", "true")
        .mode("append")
        .save(path);
  }

  private Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(schema.fields())
        .map(field -> rows.col(field.name()).cast(field.dataType()))
        .toArray(Column[]::new);
  }
}
