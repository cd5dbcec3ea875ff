package io.sparkllama.examples;

import io.sparkllama.jobs.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** Sentiment, summaries and translations of the sample data, in one local Spark session. */
public final class Quickstart {

  private static final String SHOWN_ROWS = "5";

  private final Path model;
  private final Path data;
  private final Path tables;

  private Quickstart(Path model, Path data, Path tables) {
    this.model = model;
    this.data = data;
    this.tables = tables;
  }

  /**
   * Writes the three tables; ends the process with the exit code of the first job that failed.
   *
   * @param args model package, folder of the sample data, folder for the tables
   */
  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("Usage: Quickstart MODEL_DIR DATA_DIR TABLES_DIR");
      System.exit(2);
    }
    int code = new Quickstart(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).run();
    System.exit(code);
  }

  private int run() {
    SparkSession session = session();
    try {
      return jobs();
    } finally {
      session.stop();
    }
  }

  private static SparkSession session() {
    return timed(
        "Start Spark",
        () ->
            SparkSession.builder()
                .appName("spark-llama quickstart")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config(
                    "spark.sql.catalog.spark_catalog",
                    "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .getOrCreate());
  }

  private int jobs() {
    int sentiment = job("Sentiment of posts", "sentiment", "posts.jsonl", "sentiment");
    if (sentiment != 0) {
      return sentiment;
    }
    int summaries =
        job(
            "Summaries of documents",
            "summarize",
            "documents.jsonl",
            "summaries",
            "--max-words",
            "20",
            "--output-column",
            "summary");
    if (summaries != 0) {
      return summaries;
    }
    return job(
        "Translations of sentences into French",
        "translate",
        "sentences.jsonl",
        "translations",
        "--language",
        "fr",
        "--output-column",
        "translation");
  }

  private int job(String title, String command, String input, String table, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                model.toString(),
                "--input",
                data.resolve(input).toString(),
                "--output",
                tables.resolve(table).toString(),
                "--mode",
                "overwrite",
                "--show",
                SHOWN_ROWS));
    arguments.addAll(List.of(more));
    return timed(title, () -> Main.run(arguments.toArray(String[]::new)));
  }

  private static <T> T timed(String title, Supplier<T> step) {
    System.out.printf("%n== %s%n", title);
    long start = System.nanoTime();
    T result = step.get();
    System.out.printf("== %s: %.1f s%n", title, (System.nanoTime() - start) / 1e9);
    return result;
  }
}
