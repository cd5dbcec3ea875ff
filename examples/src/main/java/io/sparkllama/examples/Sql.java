package io.sparkllama.examples;

import org.apache.spark.sql.SparkSession;

/** Runs SQL statements in a local Spark with Delta tables, and shows what each gives. */
public final class Sql {

  private static final int MOST_ROWS = 100;

  private Sql() {}

  /**
   * @param args a statement each
   */
  public static void main(String[] args) {
    SparkSession session =
        SparkSession.builder()
            .appName("sql")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    for (String statement : args) {
      session.sql(statement).show(MOST_ROWS, 0);
    }
    session.stop();
  }
}
