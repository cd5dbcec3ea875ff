package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a run has to do.
 *
 * @param todo rows of the source with the columns of {@link RowHashes}, and {@link #ADDED}
 * @param gone keys of the sink that the source has no more
 * @param counts of both
 */
record Changes(Dataset<Row> todo, Dataset<Row> gone, RowCounts counts) {

  /** Whether the sink has no row of the key. */
  static final String ADDED = "_llama_added";

  private static final String OLD_HASH = "_llama_old_hash";
  private static final String OLD_CONFIGURATION = "_llama_old_configuration";

  /** Compares source and sink key by key. */
  static Changes byKeys(
      CheckedPipeline pipeline,
      Dataset<Row> source,
      Dataset<Row> sink,
      Dataset<Row> quarantined,
      WorkFolder work) {
    long read = requireKeys(pipeline.definition(), source);
    Dataset<Row> hashed = RowHashes.add(source, pipeline);
    List<String> key = pipeline.definition().key();
    Dataset<Row> changes =
        hashed
            .join(old(key, sink), key.toArray(String[]::new), "full_outer")
            .where(
                col(OLD_HASH)
                    .isNull()
                    .or(col(RowHashes.HASH).isNull())
                    .or(col(OLD_HASH).notEqual(col(RowHashes.HASH)))
                    .or(col(OLD_CONFIGURATION).notEqual(pipeline.configuration())))
            .withColumn(ADDED, col(OLD_HASH).isNull());
    return counted(
        read,
        key,
        work.keep(
            "changes", reordered(withoutQuarantined(changes, pipeline, quarantined), hashed)));
  }

  /** The columns of the source in their own order, which a join changes. */
  private static Dataset<Row> reordered(Dataset<Row> rows, Dataset<Row> like) {
    List<Column> columns = new ArrayList<>(RowHashes.columns(List.of(like.columns())));
    columns.add(col(ADDED));
    return rows.select(columns.toArray(Column[]::new));
  }

  private static Dataset<Row> old(List<String> key, Dataset<Row> sink) {
    List<Column> columns = new ArrayList<>(RowHashes.columns(key));
    columns.add(col(CheckedPipeline.PROVENANCE + ".source_hash").as(OLD_HASH));
    columns.add(col(CheckedPipeline.PROVENANCE + ".configuration").as(OLD_CONFIGURATION));
    return sink.select(columns.toArray(Column[]::new));
  }

  /**
   * A row that could not be answered is not asked again until it, or the pipeline, changes; but one
   * that the sink still has must leave it, which a run that died may not have done.
   */
  private static Dataset<Row> withoutQuarantined(
      Dataset<Row> todo, CheckedPipeline pipeline, Dataset<Row> quarantined) {
    Dataset<Row> known =
        quarantined
            .where(col("configuration").equalTo(pipeline.configuration()))
            .select(col("key").as("q_key"), col("source_hash").as("q_hash"));
    return todo.join(
        known,
        col(ADDED)
            .and(col(RowHashes.KEY).equalTo(col("q_key")))
            .and(col(RowHashes.HASH).equalTo(col("q_hash"))),
        "left_anti");
  }

  /** A row of the sink that the source has no more has a key and nothing else. */
  private static Changes counted(long read, List<String> key, Dataset<Row> changes) {
    Column gone = col(RowHashes.HASH).isNull();
    Row counts =
        changes
            .agg(
                rows(gone.unary_$bang().and(col(ADDED))),
                rows(gone.unary_$bang().and(col(ADDED).unary_$bang())),
                rows(gone))
            .first();
    return new Changes(
        changes.where(gone.unary_$bang()),
        changes.where(gone).select(RowHashes.columns(key).toArray(Column[]::new)),
        new RowCounts(read, counts.getLong(0), counts.getLong(1), counts.getLong(2), 0));
  }

  private static Column rows(Column which) {
    return coalesce(sum(when(which, 1L)), lit(0L));
  }

  /** Rows of the source, once it is certain that each has a key of its own. */
  private static long requireKeys(Pipeline pipeline, Dataset<Row> source) {
    Column[] key = RowHashes.columns(pipeline.key()).toArray(Column[]::new);
    Column missing =
        RowHashes.columns(pipeline.key()).stream()
            .map(Column::isNull)
            .reduce(Column::or)
            .orElseThrow();
    Row counts =
        source
            .groupBy(key)
            .agg(count(lit(1)).as("_llama_rows"))
            .agg(
                coalesce(sum("_llama_rows"), lit(0L)),
                coalesce(sum(when(missing, col("_llama_rows"))), lit(0L)),
                coalesce(
                    sum(when(col("_llama_rows").gt(1).and(missing.unary_$bang()), 1L)), lit(0L)))
            .first();
    if (counts.getLong(1) > 0 || counts.getLong(2) > 0) {
      throw pipeline
          .places()
          .invalid(
              "key",
              "Cannot tell rows apart by %s: found %,d keys of more than one row and %,d rows with NULL in the key, expected a key of its own for each row. Name other columns, or remove the rows."
                  .formatted(
                      String.join(", ", pipeline.key()), counts.getLong(2), counts.getLong(1)));
    }
    return counts.getLong(0);
  }
}
