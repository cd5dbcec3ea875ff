package io.sparkllama.examples;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Sentiments of many posts, joined, filtered, grouped and written to a Delta table in one query:
 * first what {@code llama_estimate} says of it, then the run, and what the engine counted.
 */
public final class OneQuery {

  private static final String QUERY =
      """
      SELECT kind, label, sentiment, count(*) AS posts, avg(length(text)) AS characters
      FROM (
        SELECT kind, label, text, llama_sentiment(text) AS sentiment
        FROM posts JOIN kinds USING (source)
        WHERE length(text) >= 20)
      WHERE sentiment <> 'neutral' OR label <> 'neutral'
      GROUP BY kind, label, sentiment
      """;

  private static final String KINDS =
      "VALUES ('goemotions', 'comment'), ('product-reviews', 'review'), ('pros-cons', 'review'),"
          + " ('rt-polarity', 'review') AS kinds(source, kind)";

  private final SparkSession session;

  private OneQuery(SparkSession session) {
    this.session = session;
  }

  /**
   * Ends the process with 1 when the engine was asked for another number of rows than the query
   * has.
   *
   * @param args model package, JSON lines with text, label and source, Delta table, number of rows
   */
  public static void main(String[] args) {
    if (args.length != 4) {
      System.err.println("Usage: OneQuery MODEL_DIR POSTS.jsonl TABLE_DIR ROWS");
      System.exit(2);
    }
    SparkSession session =
        SparkSession.builder()
            .appName("one query")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.llama.model", args[0])
            .getOrCreate();
    boolean right = new OneQuery(session).run(args[1], args[2], Integer.parseInt(args[3]));
    session.stop();
    System.exit(right ? 0 : 1);
  }

  private boolean run(String file, String table, int rows) {
    session.read().json(file).limit(rows).repartition(4).createOrReplaceTempView("posts");
    session.sql("SELECT * FROM " + KINDS).createOrReplaceTempView("kinds");
    Row estimate =
        session
            .sql("SELECT * FROM llama_estimate('" + QUERY.replace("'", "\\'") + "')")
            .collectAsList()
            .get(0);
    long expected = estimate.<Long>getAs("requests");
    long expectedTokens = estimate.<Long>getAs("prompt_tokens");
    System.out.printf(
        "estimated: %,d of %,d rows, %,d requests, %,d prompt tokens (+-%,d)%n",
        estimate.<Long>getAs("rows"),
        rows,
        expected,
        expectedTokens,
        estimate.<Long>getAs("prompt_tokens_error"));
    long start = System.nanoTime();
    session.sql("CREATE OR REPLACE TABLE delta.`" + table + "` USING delta AS " + QUERY);
    double seconds = (System.nanoTime() - start) / 1e9;
    long requests = counted(EngineStats::requests);
    System.out.printf(
        "counted:   %,d requests, %,d prompt tokens; %.1f s, %.0f rows/s%n",
        requests, counted(EngineStats::promptTokens), seconds, requests / seconds);
    session.read().format("delta").load(table).orderBy("kind", "label", "sentiment").show(50);
    return requests == asked();
  }

  private static long counted(ToLongFunction<EngineStats> count) {
    return Engines.shared().stats().stream().mapToLong(count).sum();
  }

  /** The rows that need a sentiment, counted without one. */
  private long asked() {
    return session
        .sql(
            "SELECT count(DISTINCT text) FROM posts JOIN kinds USING (source)"
                + " WHERE length(text) >= 20")
        .head()
        .getLong(0);
  }
}
