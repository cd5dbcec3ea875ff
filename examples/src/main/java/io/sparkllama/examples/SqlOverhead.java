package io.sparkllama.examples;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import io.sparkllama.task.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the way through SQL costs: sentiments of the same texts by {@code llama_sentiment} and by an
 * engine that is asked directly, in one process, in turns.
 */
public final class SqlOverhead {

  private static final String QUERY = "SELECT text, llama_sentiment(text) FROM posts";

  private final SparkSession session;
  private final List<String> texts;
  private final TaskRunner runner;

  private SqlOverhead(SparkSession session, List<String> texts, TaskRunner runner) {
    this.session = session;
    this.texts = texts;
    this.runner = runner;
  }

  /**
   * Prints the seconds of each round and the median ratio.
   *
   * @param args model package, JSON lines with {@code text}, number of rows, number of rounds
   */
  public static void main(String[] args) {
    if (args.length != 4) {
      System.err.println("Usage: SqlOverhead MODEL_DIR POSTS.jsonl ROWS ROUNDS");
      System.exit(2);
    }
    SparkSession session =
        SparkSession.builder()
            .appName("spark-llama overhead of SQL")
            .config("spark.llama.model", args[0])
            .getOrCreate();
    try (LlamaEngine engine =
        LlamaEngine.open(
            ModelPackages.open(args[0], Optional.empty(), CacheSettings.defaults()),
            EngineOptions.DEFAULTS)) {
      List<String> texts = texts(session, args[1], Integer.parseInt(args[2]));
      new SqlOverhead(session, texts, new TaskRunner(engine)).run(Integer.parseInt(args[3]));
    } finally {
      session.stop();
    }
  }

  /** Distinct texts, also as the view {@code posts} in memory. */
  private static List<String> texts(SparkSession session, String file, int rows) {
    List<String> texts =
        session.read().json(file).select("text").as(Encoders.STRING()).collectAsList().stream()
            .distinct()
            .limit(rows)
            .toList();
    int partitions = session.sparkContext().defaultParallelism();
    Dataset<Row> posts =
        session
            .createDataset(texts, Encoders.STRING())
            .toDF("text")
            .repartition(partitions)
            .cache();
    posts.count();
    posts.createOrReplaceTempView("posts");
    return texts;
  }

  private void run(int rounds) {
    Map<String, String> expected = directly();
    seconds(this::bySql, expected);
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      double sql = seconds(this::bySql, expected);
      double direct = seconds(this::directly, expected);
      ratios[i] = sql / direct;
      System.out.printf("round %d: SQL %.3f s, engine %.3f s%n", i + 1, sql, direct);
    }
    System.out.printf(
        "%d rows: SQL takes %.3f of the engine's time, median of %d rounds%n",
        texts.size(), median(ratios), rounds);
  }

  /** Times one way to the answers, which are the same whichever way it is. */
  private static double seconds(Supplier<Map<String, String>> way, Map<String, String> expected) {
    long start = System.nanoTime();
    Map<String, String> labels = way.get();
    long end = System.nanoTime();
    if (!labels.equals(expected)) {
      throw new IllegalStateException("Failed: answers differ from those of the first round.");
    }
    return (end - start) / 1e9;
  }

  private Map<String, String> bySql() {
    Map<String, String> labels = new TreeMap<>();
    session
        .sql(QUERY)
        .collectAsList()
        .forEach(row -> labels.put(row.getString(0), row.getString(1)));
    return labels;
  }

  private Map<String, String> directly() {
    List<CompletableFuture<TaskAnswer>> answers =
        texts.stream()
            .map(text -> runner.submit(new Sentiment(), TaskInput.of(text), TaskOptions.DEFAULTS))
            .toList();
    Map<String, String> labels = new TreeMap<>();
    for (int i = 0; i < texts.size(); i++) {
      labels.put(texts.get(i), ((Value.Scores) answers.get(i).join().value()).label());
    }
    return labels;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
