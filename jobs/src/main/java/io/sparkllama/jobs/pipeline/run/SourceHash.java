package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** Whether a row of the source is still what it was. */
public final class SourceHash {

  private SourceHash() {}

  /**
   * The hash that the sink would have for a row; empty if the source has no such row.
   *
   * @param row condition that one row of the source meets
   */
  public static Optional<String> now(SparkSession session, CheckedPipeline pipeline, Column row) {
    return RowHashes.add(
            SourceRows.open(
                    session,
                    pipeline.definition().source(),
                    pipeline.definition().places(),
                    "source")
                .rows()
                .where(row),
            pipeline)
        .select(col(RowHashes.HASH))
        .limit(1)
        .collectAsList()
        .stream()
        .map((Row found) -> found.getString(0))
        .findFirst();
  }
}
