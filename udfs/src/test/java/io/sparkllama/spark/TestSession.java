package io.sparkllama.spark;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One local Spark for all tests of the module; model, names and no cache are all of ours. */
final class TestSession {

  static final String MODEL = TestModels.TINY;

  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[4]")
          .config("spark.ui.enabled", "false")
          .config("spark.sql.shuffle.partitions", "4")
          .config("spark.databricks.delta.snapshotPartitions", "2")
          .config("spark.sql.warehouse.dir", "target/spark-warehouse")
          .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
          .config(
              "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
          .config("spark.llama.model", MODEL)
          // Requests are counted as plans make them, not as the cache saves them.
          .config("spark.llama.resultCacheBytes", "0")
          .config("spark.llama.aiFunctions", "true")
          .getOrCreate();

  private TestSession() {}

  static SparkSession get() {
    return SESSION;
  }

  static List<Row> sql(String query) {
    return SESSION.sql(query).collectAsList();
  }

  /** Requests that the engines answered so far. */
  static long requests() {
    return Engines.shared().stats().stream().mapToLong(EngineStats::requests).sum();
  }

  /** Requests that an action costs. */
  static long requests(Callable<?> action) {
    long before = requests();
    try {
      action.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return requests() - before;
  }

  /** {@code rows} distinct short texts as the view {@code posts(id, text)}. */
  static Dataset<Row> posts(int rows, int partitions) {
    Dataset<Row> posts =
        SESSION
            .range(0, rows, 1, partitions)
            .selectExpr("id", "concat('post number ', id, ' of the day') AS text");
    posts.createOrReplaceTempView("posts");
    return posts;
  }

  /** The same from files, so that the optimizer does not know how texts come from ids. */
  static void storedPosts(int rows) {
    String path = "target/posts-" + rows;
    if (!Files.exists(Path.of(path, "_SUCCESS"))) {
      posts(rows, 4).write().mode("overwrite").parquet(path);
    }
    SESSION.read().parquet(path).createOrReplaceTempView("posts");
  }

  /** What an action gives while a conf has another value. */
  static <T> T with(String key, String value, Callable<T> action) {
    Optional<String> before = Optional.ofNullable(SESSION.conf().get(key, null));
    SESSION.conf().set(key, value);
    try {
      return action.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      before.ifPresentOrElse(old -> SESSION.conf().set(key, old), () -> SESSION.conf().unset(key));
    }
  }

  static Dataset<Row> posts(int rows) {
    return posts(rows, 4);
  }
}
