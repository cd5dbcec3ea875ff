package io.sparkllama.jobs.pipeline.definition;

import java.util.Map;

/**
 * Rows to read.
 *
 * @param format of Spark's readers, such as delta, parquet, json or csv
 * @param table where they are
 * @param options of the reader
 * @param reading all rows each time, or what is new in a stream
 */
public record Source(String format, TableName table, Map<String, String> options, Reading reading) {

  /** How rows are read. */
  public enum Reading {
    BATCH,
    STREAM
  }
}
