package io.sparkllama.spark;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions over groups of rows. */
class AggregateTest {

  /** All texts of a group as one, in the order of their hashes, made by Spark alone. */
  private static final String JOINED =
      "array_join(transform(array_sort(collect_list("
          + "struct(xxhash64(CAST(text AS BINARY)) AS hash, text))), x -> x.text), '\n\n')";

  private static final String SUMMARY = "llama_summarize_agg(text, 5, max_tokens => 6)";

  @BeforeEach
  void hundredPosts() {
    TestSession.posts(100);
  }

  @Test
  void aGroupThatFitsIsAnsweredAsItsTextsTogether() {
    List<Row> groups = sorted("SELECT id % 10 k, " + SUMMARY + " FROM posts GROUP BY k");
    List<Row> scalar =
        sorted(
            "SELECT k, llama_summarize(texts, 5, max_tokens => 6) FROM (SELECT id % 10 k, "
                + JOINED
                + " texts FROM posts GROUP BY k)");
    assertThat(groups).hasSize(10).isEqualTo(scalar);
    assertThat(groups).allMatch(row -> !row.getString(1).isEmpty());
  }

  /** Groups of which each is some parts in a slot of 256 tokens. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void theAnswerDoesNotDependOnPartitionsOrderOrTasks(int partitions) {
    TestSession.with(
        "spark.llama.capacity",
        "256",
        () -> {
          String query =
              "SELECT id % 3 k, count(*), " + SUMMARY + " s, max(id) FROM posts GROUP BY k";
          List<Row> expected = sorted(query);
          Dataset<Row> posts = TestSession.posts(100, partitions);
          posts.orderBy(col("id").desc()).repartition(partitions).createOrReplaceTempView("posts");
          for (String adaptive : List.of("true", "false")) {
            assertThat(
                    TestSession.with(
                        "spark.sql.adaptive.enabled",
                        adaptive,
                        () ->
                            TestSession.with(
                                "spark.sql.shuffle.partitions",
                                "" + partitions,
                                () -> sorted(query))))
                .isEqualTo(expected);
          }
          return null;
        });
  }

  /** Texts of more than half a slot are a part each; 20 short answers fit together. */
  @Test
  void manyPartsAreAnsweredAndThenTheirAnswers() {
    TestSession.with(
        "spark.llama.capacity",
        "256",
        () -> {
          String texts =
              "(SELECT concat('post ', id, repeat(' at sea', 60)) AS text FROM range(20))";
          assertThat(TestSession.sql("SELECT llama_count_tokens(text) FROM " + texts))
              .allMatch(row -> row.getInt(0) > 112 && row.getInt(0) < 190);
          assertThat(
                  TestSession.requests(
                      () ->
                          TestSession.sql(
                              "SELECT llama_summarize_agg(text, max_tokens => 4) FROM " + texts)))
              .isEqualTo(21);
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id % 10 k, llama_summarize_agg(text, 5) FROM posts GROUP BY k | 10",
        "SELECT llama_agg(text, 'Name the days.', max_tokens => 6) FROM posts WHERE id < 20 | 1",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) a, upper(llama_summarize_agg(text, 5)) b FROM posts GROUP BY k | 10",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) a, llama_summarize_agg(text, 6) b FROM posts GROUP BY k | 20",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) FILTER (WHERE id < 50) FROM posts GROUP BY k | 10",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) FILTER (WHERE id % 2 = 0) FROM posts GROUP BY k | 5",
        "SELECT id % 10 k, llama_summarize_agg(if(id % 10 < 4, text, NULL), 5) FROM posts GROUP BY k | 4",
        "SELECT k FROM (SELECT id % 10 k, llama_summarize_agg(text, 5) FROM posts GROUP BY k) | 0",
        "SELECT * FROM (SELECT id % 10 k, llama_summarize_agg(text, 5) FROM posts GROUP BY k) WHERE k < 3 | 3",
        "SELECT id % 10 k FROM posts GROUP BY k HAVING llama_summarize_agg(text, 5) <> 'x' | 10",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) s FROM posts GROUP BY k ORDER BY s | 10",
        "SELECT id % 10 k, llama_summarize_agg(text, 5) s FROM posts GROUP BY k ORDER BY s LIMIT 3 | 10",
        "SELECT llama_summarize_agg(llama_translate(text, 'fr', max_tokens => 4), 5) FROM posts WHERE id < 10 | 11",
        "SELECT id % 10 k, llama_summarize_agg(llama_translate(text, 'fr', max_tokens => 4), 5) FILTER (WHERE id < 20) FROM posts GROUP BY k | 30",
        "SELECT id % 10 k, llama_sentiment(concat(id % 10, llama_summarize_agg(text, 5))) FROM posts GROUP BY k | 20",
        "SELECT llama_sentiment(text) s, llama_summarize_agg(text, 5) FROM posts WHERE id = 7 GROUP BY s | 2",
        "SELECT id % 2 a, id % 3 b, llama_summarize_agg(text, 5) FROM posts WHERE id < 20 GROUP BY GROUPING SETS ((a), (b), ()) | 6",
        "SELECT * FROM (SELECT id % 2 k, text FROM posts WHERE id < 20) PIVOT (llama_summarize_agg(text, 5) FOR k IN (0, 1)) | 2",
        "SELECT (SELECT llama_summarize_agg(b.text, 5) FROM posts b WHERE b.id % 10 = a.id) FROM posts a WHERE a.id < 3 | 3",
        "WITH c AS (SELECT id % 5 k, llama_summarize_agg(text, 5) s FROM posts GROUP BY k) SELECT * FROM c a JOIN c b ON a.k = b.k + 1 | 5",
        "SELECT llama_summarize_agg(text, 5) FROM posts WHERE id < 0 | 0",
        "SELECT llama_summarize_agg(text, 5) FROM posts WHERE id < 20 UNION ALL SELECT llama_agg(text, 'Count them.', max_tokens => 4) FROM posts WHERE id < 20 | 2",
        "SELECT k, llama_summarize_agg(text, 5) FROM (SELECT text, if(id % 2 = 0, 0.0D, -0.0D) k FROM posts WHERE id < 20) GROUP BY k | 1"
      })
  void eachGroupThatIsNeededIsAskedOnce(String query, long requests) {
    for (String adaptive : List.of("true", "false")) {
      TestSession.with(
          "spark.sql.adaptive.enabled",
          adaptive,
          () ->
              assertThat(TestSession.requests(() -> TestSession.sql(query)))
                  .as("adaptive %s", adaptive)
                  .isEqualTo(requests));
    }
  }

  @Test
  void otherAggregatesAreAsWithoutOurs() {
    String others =
        "SELECT id %% 7 k, count(*), avg(id), count(DISTINCT id %% 3), max(text), sum(id) FILTER"
            + " (WHERE id > 50)%s FROM posts GROUP BY k HAVING count(*) > 14";
    List<Row> without = sorted(others.formatted(""));
    List<Row> with = sorted(others.formatted(", " + SUMMARY));
    assertThat(without).hasSize(2);
    assertThat(with.stream().map(row -> row.toSeq().take(6)))
        .isEqualTo(without.stream().map(Row::toSeq).toList());
  }

  @Test
  void nullIsLeftOutAndAGroupOfNullsIsNull() {
    List<Row> rows =
        sorted(
            "SELECT k, llama_summarize_agg(text, 5, max_tokens => 6) FROM VALUES (0, 'Rain at sea.'),"
                + " (0, NULL), (1, CAST(NULL AS STRING)), (2, ' ') AS t(k, text) GROUP BY k");
    assertThat(rows.get(0).getString(1)).isEqualTo(scalar("'Rain at sea.'"));
    assertThat(rows.get(1).isNullAt(1)).isTrue();
    assertThat(rows.get(2).getString(1)).isEmpty();
    assertThat(TestSession.sql("SELECT " + SUMMARY + ", count(*) FROM posts WHERE id < 0"))
        .singleElement()
        .satisfies(row -> assertThat(row.isNullAt(0)).isTrue())
        .satisfies(row -> assertThat(row.getLong(1)).isZero());
    assertThat(TestSession.sql("SELECT " + SUMMARY + " FROM posts WHERE id < 0 GROUP BY id"))
        .isEmpty();
  }

  @Test
  void anOrderThatIsGivenCounts() {
    String text = "SELECT llama_summarize_agg(text, 5, max_tokens => 6)%s FROM posts WHERE id < 4";
    String up =
        "'post number 0 of the day\n\npost number 1 of the day\n\npost number 2 of the day\n\npost number 3 of the day'";
    String down =
        "'post number 3 of the day\n\npost number 2 of the day\n\npost number 1 of the day\n\npost number 0 of the day'";
    assertThat(one(text.formatted(" WITHIN GROUP (ORDER BY id)"))).isEqualTo(scalar(up));
    assertThat(one(text.formatted(" WITHIN GROUP (ORDER BY id % 1, id DESC)")))
        .isEqualTo(scalar(down));
  }

  @Test
  void equalTextsCountOnceWhereTheyAreDistinct() {
    String order = "concat('same ', id % 2)";
    String expected =
        one(
            "SELECT llama_summarize("
                + JOINED
                + ", 5, max_tokens => 6) FROM (SELECT DISTINCT "
                + order
                + " AS text FROM posts)");
    assertThat(
            one(
                "SELECT llama_summarize_agg(DISTINCT "
                    + order
                    + ", 5, max_tokens => 6) FROM posts"))
        .isEqualTo(expected);
  }

  @Test
  void aGroupThatCannotBeAnsweredFollowsTheCall() {
    String call = "SELECT llama_%sagg(text, '" + "Do it well. ".repeat(600) + "'%s) FROM posts";
    assertThatThrownBy(() -> TestSession.sql(call.formatted("", "")))
        .hasMessageContaining("llama_agg could not answer a row. Cannot fit the task agg");
    assertThat(one(call.formatted("", ", on_error => 'null'"))).isNull();
    assertThat(one(call.formatted("", ", default => 'none'"))).isEqualTo("none");
    Row row = TestSession.sql(call.formatted("try_", "")).get(0).getStruct(0);
    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getString(1)).contains("Cannot fit the task agg");
  }

  @Test
  void callsOverTheSameTextsReadThemTogether() {
    String plan =
        TestSession.sql(
                "EXPLAIN SELECT id % 3 k, llama_summarize_agg(text, 5), llama_agg(text, 'Count.'),"
                    + " count(*) FROM posts GROUP BY k")
            .get(0)
            .getString(0);
    assertThat(plan.lines().filter(line -> line.contains("LlamaGroups")))
        .singleElement()
        .asString()
        .containsPattern(
            "LlamaGroups \\[llama_summarize_agg\\(text#\\d+, max_words=5\\) AS"
                + " llama_summarize_agg#\\d+ BY \\[.*\\] IN ORDER \\[hash_0#\\d+L ASC.*\\],"
                + " llama_agg\\(text#\\d+, instruction=Count\\.\\).*, model genai-int4");
  }

  @Test
  void buildersCallTheFunctions() {
    Dataset<Row> posts = TestSession.posts(4).withColumn("k", col("id").mod(2));
    Row built =
        posts
            .groupBy("k")
            .agg(
                LlamaFunctions.summarizeAgg(col("text"), 5),
                LlamaFunctions.summarizeAgg(col("text")),
                LlamaFunctions.agg(col("text"), "Count them."),
                avg("id"))
            .orderBy("k")
            .head();
    posts.createOrReplaceTempView("posts");
    Row sql =
        TestSession.sql(
                "SELECT k, llama_summarize_agg(text, 5), llama_summarize_agg(text),"
                    + " llama_agg(text, 'Count them.'), avg(id) FROM posts GROUP BY k ORDER BY k")
            .get(0);
    assertThat(built).isEqualTo(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_agg(text) | Invalid argument instruction of llama_agg: found nothing",
        "llama_agg(text, text) | found an expression that is not constant",
        "llama_agg(text, ' ') | found a blank text",
        "llama_agg(id, 'Count.') | found BIGINT, expected STRING",
        "llama_agg(text, 'Count.', long_text => 'error') | found an unknown argument long_text",
        "llama_summarize_agg(text, 0) | Invalid argument max_words of llama_summarize_agg: found 0",
        "llama_summarize_agg(text) OVER (PARTITION BY id) | Cannot run llama_summarize_agg OVER a window",
        "llama_summarize_agg(DISTINCT text) WITHIN GROUP (ORDER BY id) | with DISTINCT and WITHIN GROUP"
      })
  void wrongCallsAreAnalysisErrors(String call, String message) {
    assertThatThrownBy(() -> TestSession.get().sql("SELECT " + call + " FROM posts"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  @Test
  void streamsAreRefused() {
    SparkSession session = TestSession.get();
    session
        .readStream()
        .format("rate")
        .load()
        .selectExpr("CAST(value AS STRING) AS text")
        .createOrReplaceTempView("ticks");
    assertThatThrownBy(() -> session.sql("SELECT llama_summarize_agg(text) FROM ticks"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("Cannot run llama_summarize_agg over a stream");
  }

  private static String scalar(String text) {
    return one("SELECT llama_summarize(" + text + ", 5, max_tokens => 6)");
  }

  private static String one(String query) {
    return TestSession.sql(query).get(0).getString(0);
  }

  private static List<Row> sorted(String query) {
    return TestSession.sql("SELECT * FROM (" + query + ") ORDER BY 1");
  }
}
