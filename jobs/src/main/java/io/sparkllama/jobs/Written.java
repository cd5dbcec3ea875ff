package io.sparkllama.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.PrintWriter;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * What a job wrote.
 *
 * @param rows rows in all
 * @param errors rows that could not be answered
 * @param seconds from start to commit
 */
record Written(long rows, long errors, double seconds) {

  /** Counts rows on their way through an action. */
  static Written by(Dataset<Row> rows, String errorColumn, Consumer<Dataset<Row>> action) {
    Observation observation = new Observation();
    long start = System.nanoTime();
    action.accept(
        rows.observe(observation, count(lit(1)).as("rows"), count(col(errorColumn)).as("errors")));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Written(counted(observation, "rows"), counted(observation, "errors"), seconds);
  }

  private static long counted(Observation observation, String name) {
    try {
      return (long) observation.getAsJava().get(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Cannot count the rows: the job was interrupted. Read the table.");
    }
  }

  void print(PrintWriter out, String table) {
    out.printf("rows     %,d%n", rows);
    out.printf("errors   %,d%n", errors);
    out.printf("seconds  %.1f (%.1f rows/s)%n", seconds, rows / seconds);
    out.printf("table    %s%n", table);
    out.flush();
  }
}
