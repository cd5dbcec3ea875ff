package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.definition.Places;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.definition.TableName;
import java.util.Optional;
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
 * @param tableId of a Delta table
 */
public record SourceRows(Dataset<Row> rows, OptionalLong version, Optional<String> tableId) {

  private static final String DELTA = "delta";
  private static final String VERSION = "versionAsOf";

  /**
   * @param path of the source in the pipeline file, for messages
   * @throws JobException if there is no such table
   */
  public static SourceRows open(SparkSession session, Source source, Places places, String path) {
    try {
      DataFrameReader reader = session.read().format(source.format()).options(source.options());
      DeltaFiles files = new DeltaFiles(session, source.table());
      if (!isPinned(source) || files.isOtherThanDelta()) {
        return new SourceRows(load(reader, source.table()), OptionalLong.empty(), Optional.empty());
      }
      DeltaFiles.State now = files.now();
      return new SourceRows(
          load(reader.option(VERSION, now.version()), source.table()),
          OptionalLong.of(now.version()),
          Optional.of(now.id()));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      throw places.invalid(
          path,
          "Cannot read %s: %s. Check path, format and options."
              .formatted(source.table().text(), reason));
    }
  }

  /** Whether there is a Delta table. */
  public static boolean exist(SparkSession session, Source source) {
    return new DeltaFiles(session, source.table()).exists();
  }

  private static Dataset<Row> load(DataFrameReader reader, TableName table) {
    return table instanceof TableName.InCatalog
        ? reader.table(table.text())
        : reader.load(table.text());
  }

  /** A Delta table is read at the version that it has now, unless the file names another. */
  private static boolean isPinned(Source source) {
    return source.format().equals(DELTA)
        && source.reading() == Source.Reading.BATCH
        && source.options().keySet().stream().noneMatch(key -> key.endsWith("AsOf"));
  }
}
