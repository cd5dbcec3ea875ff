package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.definition.Places;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.definition.TableName;
import java.util.OptionalLong;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * The rows of a source as they are at one moment.
 *
 * @param rows nothing is read yet
 * @param version of a Delta table, which later writers of the table do not change
 */
public record SourceRows(Dataset<Row> rows, OptionalLong version) {

  private static final String DELTA = "delta";
  private static final String VERSION = "versionAsOf";

  /**
   * @param path of the source in the pipeline file, for messages
   * @throws JobException if there is no such table
   */
  public static SourceRows open(SparkSession session, Source source, Places places, String path) {
    try {
      OptionalLong version = version(session, source);
      DataFrameReader reader = session.read().format(source.format()).options(source.options());
      if (version.isPresent()) {
        reader = reader.option(VERSION, version.getAsLong());
      }
      return new SourceRows(load(reader, source.table()), version);
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      throw places.invalid(
          path,
          "Cannot read %s: %s. Check path, format and options."
              .formatted(source.table().text(), reason));
    }
  }

  private static Dataset<Row> load(DataFrameReader reader, TableName table) {
    return table instanceof TableName.InCatalog
        ? reader.table(table.text())
        : reader.load(table.text());
  }

  private static OptionalLong version(SparkSession session, Source source) {
    boolean given = source.options().keySet().stream().anyMatch(key -> key.endsWith("AsOf"));
    return source.format().equals(DELTA) && !given
        ? OptionalLong.of(new DeltaFiles(session, source.table()).version())
        : OptionalLong.empty();
  }
}
