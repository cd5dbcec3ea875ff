package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

import io.delta.tables.DeltaTable;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.TableName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The table that a pipeline writes: one row for each row of the source. */
final class SinkTable {

  private static final int HISTORY = 20;
  private static final String APPLICATION = "spark.databricks.delta.write.txnAppId";
  private static final String VERSION = "spark.databricks.delta.write.txnVersion";
  private static final String METADATA = "spark.databricks.delta.commitInfo.userMetadata";

  private final SparkSession session;
  private final Pipeline pipeline;
  private final StructType schema;
  private final DeltaFiles files;

  /**
   * @param schema of the rows that will be written
   */
  SinkTable(SparkSession session, Pipeline pipeline, StructType schema) {
    this.session = session;
    this.pipeline = pipeline;
    this.schema = schema;
    this.files = new DeltaFiles(session, pipeline.sink());
  }

  /** What is there; none if the table is not there yet. */
  Dataset<Row> rows() {
    return files.exists() ? files.open().toDF() : session.createDataFrame(List.of(), schema);
  }

  /** Finds what could not be written before anything is asked. */
  void requireFit() {
    if (!files.exists()) {
      return;
    }
    StructType there = files.open().toDF().schema();
    if (field(there, CheckedPipeline.PROVENANCE).isEmpty()) {
      throw pipeline
          .places()
          .invalid(
              "sink",
              "Cannot write %s: found a table without column %s, expected one that a pipeline has made, or none. Choose another."
                  .formatted(pipeline.sink().text(), CheckedPipeline.PROVENANCE));
    }
    for (StructField wanted : schema.fields()) {
      field(there, wanted.name())
          .filter(found -> !wanted.name().equals(CheckedPipeline.PROVENANCE))
          .filter(found -> !found.dataType().sameType(wanted.dataType()))
          .ifPresent(found -> refuse(wanted, found));
    }
  }

  private void refuse(StructField wanted, StructField found) {
    throw pipeline
        .places()
        .invalid(
            "sink",
            "Cannot write column %s of %s: found type %s in the table, expected %s. Change the column, or choose another sink."
                .formatted(
                    found.name(),
                    pipeline.sink().text(),
                    found.dataType().sql(),
                    wanted.dataType().sql()));
  }

  private static Optional<StructField> field(StructType schema, String name) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst();
  }

  /** The transaction that follows the pipeline's last. */
  SinkTransaction next(SinkTransaction.Metadata metadata) {
    String application = "spark-llama/" + pipeline.name();
    long version = files.exists() ? files.transaction(application) + 1 : 0;
    return new SinkTransaction(application, version, metadata);
  }

  /** What the last commit of the pipeline says of itself, if the table's history still knows. */
  Optional<SinkTransaction.Metadata> lastCommit() {
    if (!files.exists()) {
      return Optional.empty();
    }
    return files.open().history(HISTORY).select("userMetadata").collectAsList().stream()
        .filter(row -> !row.isNullAt(0))
        .map(row -> SinkTransaction.Metadata.parse(row.getString(0)))
        .flatMap(Optional::stream)
        .filter(last -> pipeline.name().equals(last.pipeline()))
        .findFirst();
  }

  /**
   * Brings rows into the table in one commit. A transaction that was committed before changes
   * nothing.
   *
   * @param rows to insert or update
   * @param gone keys to delete
   */
  void write(Dataset<Row> rows, Dataset<Row> gone, SinkTransaction transaction) {
    session.conf().set(APPLICATION, transaction.application());
    session.conf().set(VERSION, transaction.version());
    session.conf().set(METADATA, transaction.metadata().json());
    try {
      if (files.exists()) {
        merge(rows, gone);
      } else {
        create(rows);
      }
    } finally {
      session.conf().unset(APPLICATION);
      session.conf().unset(VERSION);
      session.conf().unset(METADATA);
    }
  }

  private void create(Dataset<Row> rows) {
    DataFrameWriter<Row> writer = rows.write().format("delta").mode("append");
    if (pipeline.sink() instanceof TableName.InCatalog named) {
      writer.saveAsTable(named.text());
    } else {
      writer.save(pipeline.sink().text());
    }
  }

  /** A row without provenance stands for a key to delete, so that the columns are the table's. */
  private void merge(Dataset<Row> rows, Dataset<Row> gone) {
    DeltaTable table = files.open();
    String keys =
        pipeline.key().stream()
            .map(name -> "`" + name.replace("`", "``") + "`")
            .map(name -> "t.%s = s.%s".formatted(name, name))
            .collect(Collectors.joining(" AND "));
    Column written = col("s." + CheckedPipeline.PROVENANCE).isNotNull();
    table
        .as("t")
        .merge(rows.unionByName(gone, true).as("s"), keys)
        .withSchemaEvolution()
        .whenMatched(written)
        .updateAll()
        .whenMatched()
        .delete()
        .whenNotMatched(written)
        .insertAll()
        .execute();
  }
}
