package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.definition.TableName;
import java.util.Optional;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** What a Delta table says itself of its changes. */
record ChangeFeed(SparkSession session, Source source, SourceRows now) {

  /** Rows before and after their changes, or nothing if the table cannot tell. */
  Optional<Dataset<Row>> since(SinkTransaction.Metadata last) {
    if (now.version().isEmpty()
        || last.sourceVersion() == null
        || !now.tableId().equals(Optional.ofNullable(last.sourceId()))
        || !new DeltaFiles(session, source.table()).hasChangeFeed()) {
      return Optional.empty();
    }
    long version = now.version().getAsLong();
    if (version <= last.sourceVersion()) {
      return version == last.sourceVersion() ? Optional.of(now.rows().limit(0)) : Optional.empty();
    }
    DataFrameReader reader =
        session
            .read()
            .format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", last.sourceVersion() + 1)
            .option("endingVersion", version);
    Dataset<Row> feed =
        source.table() instanceof TableName.InCatalog
            ? reader.table(source.table().text())
            : reader.load(source.table().text());
    return Optional.of(feed.where(col("_change_type").isNotNull()));
  }
}
