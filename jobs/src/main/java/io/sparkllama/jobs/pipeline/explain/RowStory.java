package io.sparkllama.jobs.pipeline.explain;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.run.SourceHash;
import io.sparkllama.jobs.pipeline.run.SourceRows;
import io.sparkllama.jobs.pipeline.state.Quarantine;
import io.sparkllama.jobs.pipeline.state.Runs;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * What the tables of a pipeline know of one row.
 *
 * @param pipeline as its file is now
 * @param key of the row
 * @param sink whether a run has made it
 * @param written the row of the sink; empty if it has none
 * @param sourceHash of the row in the source now; empty if it has none
 * @param quarantine what happened to the row there, the first first
 * @param runs that wrote the row or answered a step, by their ids
 */
public record RowStory(
    CheckedPipeline pipeline,
    RowKey key,
    Sink sink,
    Optional<Row> written,
    Optional<String> sourceHash,
    List<Row> quarantine,
    Map<String, Row> runs) {

  /** Whether a pipeline's sink is there. */
  public enum Sink {
    THERE,
    MISSING
  }

  /**
   * @param session with the pipeline's confs
   */
  public static RowStory of(SparkSession session, CheckedPipeline pipeline, RowKey key) {
    Pipeline definition = pipeline.definition();
    StateFolder state = StateFolder.of(session, definition);
    Source sink = new Source("delta", definition.sink(), Map.of(), Source.Reading.BATCH);
    boolean isThere = SourceRows.exist(session, sink);
    Optional<Row> written =
        isThere
            ? SourceRows.open(session, sink, definition.places(), "sink")
                .rows()
                .where(key.ofRow())
                .limit(1)
                .collectAsList()
                .stream()
                .findFirst()
            : Optional.empty();
    List<Row> quarantine =
        new Quarantine(session, state)
            .all()
            .where(key.ofJson(col("key")))
            .orderBy("time")
            .collectAsList();
    Map<String, Row> runs =
        new Runs(session, state)
            .all().collectAsList().stream()
                .collect(
                    java.util.stream.Collectors.toMap(
                        run -> run.<String>getAs("run_id"), run -> run, (one, other) -> one));
    return new RowStory(
        pipeline,
        key,
        isThere ? Sink.THERE : Sink.MISSING,
        written,
        SourceHash.now(session, pipeline, key.ofRow()),
        quarantine,
        runs);
  }

  /** Whether the tables know nothing of such a row. */
  public boolean isUnknown() {
    return written.isEmpty() && quarantine.isEmpty() && sourceHash.isEmpty();
  }
}
