package io.sparkllama.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often commands, streams and datasets ask the engine about 1,000 posts. */
class WriteCountTest {

  private static final SparkSession SPARK = TestSession.get();

  @TempDir private Path folder;

  @BeforeEach
  void thousandPosts() {
    TestSession.storedPosts(1000);
    SPARK.sql("DROP TABLE IF EXISTS target");
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP TABLE IF EXISTS target");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "parquet"})
  void aTableIsMadeAndFilledWithOneRequestForARow(String format) {
    String answers = " SELECT id, llama_sentiment(text) AS sentiment FROM posts";
    asks(1000, "CREATE TABLE target USING " + format + " AS" + answers);
    asks(1000, "INSERT INTO target" + answers);
    asks(1000, "INSERT OVERWRITE target" + answers);
    asks(10, "INSERT INTO target" + answers + " LIMIT 10");
    assertThat(SPARK.table("target").count()).isEqualTo(1010);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WHEN MATCHED THEN UPDATE SET t.text = s.s",
        "WHEN MATCHED THEN UPDATE SET t.text = s.s WHEN NOT MATCHED THEN INSERT (id, text) VALUES (s.id, s.s)",
        "WHEN NOT MATCHED THEN INSERT (id, text) VALUES (s.id, s.s)",
        "WHEN MATCHED AND s.s <> 'x' THEN DELETE"
      })
  void aMergeAsksForItsSourceOnce(String clauses) {
    SPARK.sql("CREATE TABLE target USING delta AS SELECT id + 500 AS id, text FROM posts");
    SPARK.sql("CREATE OR REPLACE TABLE source USING delta AS SELECT * FROM posts");
    asks(
        1000,
        "MERGE INTO target t USING (SELECT id, llama_sentiment(text) s FROM source) s ON t.id = s.id "
            + clauses);
    SPARK.sql("DROP TABLE source");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | DELETE FROM target WHERE llama_sentiment(text) = 'negative'",
        "false | DELETE FROM target WHERE llama_sentiment(text) = 'negative'",
        "true | UPDATE target SET text = 'x' WHERE llama_sentiment(text) = 'negative'",
        "false | UPDATE target SET text = 'x' WHERE llama_sentiment(text) = 'negative'",
        "false | UPDATE target SET text = llama_sentiment(text)"
      })
  void theSecondRunOfAConditionIsServedFromTheResultCache(String vectors, String command) {
    SPARK.sql(
        "CREATE TABLE target USING delta AS SELECT id, concat(text, ' of %s') text FROM posts"
            .formatted(command.hashCode() + vectors));
    SPARK.sql(
        "ALTER TABLE target SET TBLPROPERTIES ('delta.enableDeletionVectors' = '%s')"
            .formatted(vectors));
    TestSession.with(
        "spark.llama.resultCacheBytes",
        "32m",
        () -> {
          asks(1000, command);
          return null;
        });
  }

  @Test
  void datasetsAskNoMoreThanSql() {
    Dataset<Row> posts = SPARK.table("posts");
    Dataset<Row> scored = posts.withColumn("s", LlamaFunctions.sentiment(col("text")));
    asks(10, () -> scored.limit(10).collectAsList());
    asks(10, () -> scored.head(10));
    asks(10, () -> scored.takeAsList(10));
    asks(11, () -> shown(scored));
    asks(1000, () -> scored.sortWithinPartitions("s").collectAsList());
    asks(1000, () -> scored.repartitionByRange(3, col("s")).collectAsList());
    asks(1000, () -> scored.repartition(3, col("s")).collectAsList());
    asks(1000, () -> scored.orderBy("s").collectAsList());
    asks(1000, () -> walked(scored));
    asks(1000, () -> scored.toJavaRDD().count());
    asks(1000, () -> scored.filter((FilterFunction<Row>) row -> row.getString(2) != null).count());
    asks(
        50,
        () ->
            posts
                .select(when(col("id").lt(50), LlamaFunctions.sentiment(col("text"))))
                .collectAsList());
    asks(scored.sample(0.1, 3).drop("s").count(), () -> scored.sample(0.1, 3).collectAsList());
    asks(0, scored::count);
  }

  @Test
  void whatIsKeptIsNotAskedForAgain() {
    Dataset<Row> scored = SPARK.sql("SELECT id, llama_sentiment(text) s FROM posts");
    Dataset<Row> cached = scored.cache();
    asks(1000, () -> cached.filter("s <> 'x'").collectAsList());
    asks(0, () -> cached.orderBy("s").collectAsList());
    asks(
        0,
        () ->
            SPARK.sql("SELECT llama_sentiment(text), id FROM posts").select("id").collectAsList());
    cached.unpersist();
    Dataset<Row> checkpoint = asked(1000, () -> scored.localCheckpoint());
    asks(0, () -> checkpoint.orderBy("s").collectAsList());
    scored.createOrReplaceTempView("scored");
    asks(1000, "SELECT * FROM scored WHERE s <> 'x' ORDER BY s");
    SPARK.sql("CACHE TABLE kept AS SELECT * FROM scored");
    asks(0, "SELECT * FROM kept ORDER BY s");
    SPARK.sql("UNCACHE TABLE kept");
  }

  /** Before 4.2, Spark keeps functions of extensions out of the catalog's views. */
  @Test
  void viewsOfTheCatalogAskOnce() {
    assumeThat(SPARK.version()).isGreaterThanOrEqualTo("4.2");
    SPARK.sql("CREATE TABLE target USING parquet AS SELECT * FROM posts");
    SPARK.sql(
        "CREATE OR REPLACE VIEW scored_view AS SELECT id, llama_sentiment(text) s FROM target");
    asks(1000, "SELECT upper(s), s FROM scored_view WHERE s <> 'x' ORDER BY s");
    asks(20, "SELECT s FROM scored_view WHERE id < 20");
    asks(10, "SELECT s FROM scored_view LIMIT 10");
    SPARK.sql("DROP VIEW scored_view");
  }

  /** Three files, a file in each micro-batch. */
  @Test
  void streamsAskOnceForARow() throws Exception {
    String source = folder.resolve("source").toString();
    SPARK.table("posts").repartition(3).write().format("delta").save(source);
    Dataset<Row> scored =
        SPARK
            .readStream()
            .format("delta")
            .option("maxFilesPerTrigger", 1)
            .load(source)
            .withColumn("s", LlamaFunctions.sentiment(col("text")))
            .filter("s <> 'x'");
    String sink = folder.resolve("sink").toString();
    asks(
        1000,
        () ->
            finished(
                scored
                    .writeStream()
                    .format("delta")
                    .trigger(Trigger.AvailableNow())
                    .option("checkpointLocation", folder.resolve("one").toString())
                    .start(sink)));
    assertThat(SPARK.read().format("delta").load(sink).count()).isEqualTo(1000);
    asks(
        1000,
        () ->
            finished(
                scored
                    .groupBy("s")
                    .count()
                    .writeStream()
                    .outputMode("complete")
                    .format("memory")
                    .queryName("counts")
                    .trigger(Trigger.AvailableNow())
                    .option("checkpointLocation", folder.resolve("two").toString())
                    .start()));
    assertThat(SPARK.table("counts").agg(sum("count")).head().getLong(0)).isEqualTo(1000);
    asks(
        1000,
        () ->
            finished(
                scored
                    .writeStream()
                    .foreachBatch(
                        (VoidFunction2<Dataset<Row>, Long>)
                            (batch, id) -> {
                              batch.write().format("delta").mode("append").save(sink);
                            })
                    .trigger(Trigger.AvailableNow())
                    .option("checkpointLocation", folder.resolve("three").toString())
                    .start()));
    assertThat(SPARK.read().format("delta").load(sink).count()).isEqualTo(2000);
  }

  private static boolean shown(Dataset<Row> rows) {
    rows.show(10);
    return true;
  }

  private static boolean walked(Dataset<Row> rows) {
    rows.toLocalIterator().forEachRemaining(row -> assertThat(row.isNullAt(2)).isFalse());
    return true;
  }

  private static boolean finished(StreamingQuery query) throws Exception {
    query.awaitTermination();
    return query.exception().isEmpty();
  }

  private static void asks(long requests, String command) {
    asks(requests, () -> TestSession.sql(command));
  }

  private static void asks(long requests, Callable<?> action) {
    asked(requests, action);
  }

  private static <T> T asked(long requests, Callable<T> action) {
    List<T> result = new ArrayList<>();
    assertThat(TestSession.requests(() -> result.add(action.call()))).isEqualTo(requests);
    return result.get(0);
  }
}
