package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.state.StateFolder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Rows that a run works on, written down: what is asked is what is merged, whatever becomes of the
 * source meanwhile.
 */
record WorkFolder(SparkSession session, StateFolder state, String runId) {

  /** A folder in this one. */
  WorkFolder of(String name) {
    return new WorkFolder(session, state, runId + "/" + name);
  }

  Dataset<Row> keep(String name, Dataset<Row> rows) {
    rows.write().mode("overwrite").parquet(path(name));
    return session.read().schema(rows.schema()).parquet(path(name));
  }

  /** Removes what this and earlier runs have left. */
  void clear() {
    state.delete(state.work());
  }

  /** Removes what this run has left, and the folder if it is empty then. */
  void remove() {
    state.delete(state.work() + "/" + runId);
    state.deleteIfEmpty(state.work());
  }

  String path(String name) {
    return state.work() + "/" + runId + "/" + name;
  }
}
