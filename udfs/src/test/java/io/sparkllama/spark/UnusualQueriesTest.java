package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls where SQL allows an expression, if seldom: they run, or say why they do not. */
class UnusualQueriesTest {

  private static final SparkSession SPARK = TestSession.get();

  /** Six posts, and the same as parts of structs, arrays and maps. */
  @BeforeEach
  void sixPosts() {
    TestSession.storedPosts(6);
    SPARK
        .sql(
            "SELECT id, named_struct('body', text) AS doc, array(text, NULL, concat(text, '!')) AS"
                + " paras, map('k', text) AS m FROM posts")
        .createOrReplaceTempView("docs");
  }

  /** One request for each distinct text that the rows need; none for NULL. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "SELECT s FROM posts, LATERAL (SELECT llama_sentiment(posts.text) AS s) ^ 6",
        "SELECT s FROM docs, LATERAL (SELECT llama_sentiment(p) AS s FROM explode(paras) AS t(p)) ^ 12",
        "SELECT llama_sentiment(p) FROM docs LATERAL VIEW explode(paras) AS p ^ 12",
        "SELECT w FROM posts LATERAL VIEW explode(array(llama_sentiment(text))) AS w ^ 6",
        "SELECT * FROM posts PIVOT (max(llama_sentiment(text)) FOR id IN (0, 1, 2)) ^ 3",
        "SELECT * FROM (SELECT id, text, llama_sentiment(text) s FROM posts) UNPIVOT (v FOR c IN (text, s)) ^ 6",
        "SELECT (SELECT llama_sentiment(a.text)) FROM posts a ^ 6",
        "SELECT llama_sentiment(doc.body), llama_sentiment(m['k']), llama_sentiment(paras[0]), llama_sentiment(element_at(paras, 2)) FROM docs ^ 6",
        "SELECT llama_sentiment(text) FROM posts TABLESAMPLE (3 ROWS) ^ 3",
        "SELECT llama_sentiment(text), id % 2, grouping(llama_sentiment(text)), count(*) FROM posts GROUP BY CUBE(llama_sentiment(text), id % 2) ^ 6",
        "SELECT llama_sentiment(text) AS s, count(*) FROM posts GROUP BY ALL ^ 6",
        "FROM posts |> WHERE id < 3 |> EXTEND llama_sentiment(text) AS s |> AGGREGATE count(*) GROUP BY s ^ 3",
        "FROM posts |> SET text = llama_sentiment(text) |> WHERE text <> 'x' ^ 6",
        "FROM posts |> AGGREGATE llama_summarize_agg(text, 5, max_tokens => 3) GROUP BY id % 2 AS k ^ 2",
        "SELECT id FROM posts CLUSTER BY llama_sentiment(text) ^ 6",
        "SELECT id, llama_sentiment(text) FROM posts DISTRIBUTE BY llama_sentiment(text) SORT BY id ^ 6",
        "SELECT id FROM posts DISTRIBUTE BY llama_sentiment(text) SORT BY llama_sentiment(text) ^ 6",
        "SELECT upper(llama_sentiment(text)), id + 1 FROM posts ORDER BY llama_sentiment(text) ^ 6",
        "SELECT llama_sentiment(left('a good day', 6)), llama_sentiment(nvl(NULL, 'a bad day')) ^ 2",
        "SELECT t.* FROM (SELECT * FROM posts WHERE id IN (1, 3)) p, LATERAL (SELECT llama_summarize_agg(q.text, max_tokens => 3) FROM posts q WHERE q.id < p.id) t ^ 2"
      })
  void asksWhatTheQueryNeeds(String query, long requests) {
    assertThat(TestSession.requests(() -> TestSession.sql(query))).isEqualTo(requests);
  }

  /** The same of what earlier Spark cannot read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "4.1 ^ WITH RECURSIVE r(n, t) AS (SELECT 0, 'a good day' UNION ALL SELECT n + 1, concat(t, n) FROM r WHERE n < 2) SELECT n, llama_sentiment(t) FROM r ^ 3",
        "4.2 ^ SELECT id FROM posts QUALIFY row_number() OVER (PARTITION BY llama_sentiment(text) ORDER BY id) = 1 ^ 6"
      })
  void asksWhatLaterQueriesNeed(String since, String query, long requests) {
    assumeThat(SPARK.version()).isGreaterThanOrEqualTo(since);
    asksWhatTheQueryNeeds(query, requests);
  }

  @Test
  void variablesAreArgumentsAndTakeAnswers() {
    SPARK.sql("DECLARE OR REPLACE VARIABLE lang STRING DEFAULT 'fr'");
    String translation = "SELECT llama_translate(text, %s, max_tokens => 3) FROM posts";
    assertThat(TestSession.sql(translation.formatted("lang")))
        .isEqualTo(TestSession.sql(translation.formatted("'fr'")));
    SPARK.sql("SET VAR lang = (SELECT max(llama_sentiment(text)) FROM posts)");
    assertThat(TestSession.sql("SELECT lang"))
        .isEqualTo(TestSession.sql("SELECT max(llama_sentiment(text)) FROM posts"));
    SPARK.sql("DROP TEMPORARY VARIABLE lang");
  }

  @Test
  void optionsMayBeAnEmptyMapOrAStruct() {
    assertThat(TestSession.sql("SELECT llama_generate(text, 3, map()) FROM posts WHERE id < 2"))
        .isEqualTo(TestSession.sql("SELECT llama_generate(text, 3) FROM posts WHERE id < 2"))
        .isEqualTo(
            TestSession.sql(
                "SELECT llama_generate(text, named_struct('max_tokens', 3)) FROM posts WHERE id < 2"));
  }

  /** Functions that Spark computes by others, which come later than the call is analyzed. */
  @Test
  void constantsMayBeComputed() {
    assertThat(
            TestSession.sql(
                "SELECT llama_translate(text, left('french', 2), max_tokens => nvl(NULL, 3)),"
                    + " llama_extract(text, schema_of_json('{\"a\": true}')).a FROM posts"))
        .isEqualTo(
            TestSession.sql(
                "SELECT llama_translate(text, 'fr', max_tokens => 3),"
                    + " llama_extract(text, 'a BOOLEAN').a FROM posts"));
    assertThatThrownBy(
            () -> TestSession.sql("SELECT llama_translate(text, current_user()) FROM posts"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("found an expression that is not constant");
    assertThat(TestSession.sql("SELECT llama_sentiment(current_user())")).hasSize(1);
  }

  /** By a subquery that reads the row beside it, as by a join of both. */
  @Test
  void aLateralSummaryIsThatOfItsRows() {
    String lateral =
        "SELECT p.id, t.s FROM posts p, LATERAL (SELECT llama_summarize_agg(q.text, max_tokens => 3)"
            + " AS s FROM posts q WHERE q.id < p.id) t WHERE p.id > 0 ORDER BY p.id";
    String joined =
        "SELECT p.id, llama_summarize_agg(q.text, max_tokens => 3) AS s FROM posts p JOIN posts q"
            + " ON q.id < p.id GROUP BY p.id ORDER BY p.id";
    assertThat(TestSession.sql(lateral)).hasSize(5).isEqualTo(TestSession.sql(joined));
  }

  @Test
  void functionsOfSqlMayCallThem() {
    SPARK.sql(
        "CREATE OR REPLACE TEMPORARY FUNCTION mood(t STRING) RETURNS STRING RETURN llama_sentiment(t)");
    assertThat(TestSession.sql("SELECT mood(text) FROM posts"))
        .isEqualTo(TestSession.sql("SELECT llama_sentiment(text) FROM posts"));
    SPARK.sql("DROP TEMPORARY FUNCTION mood");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT transform(paras, p -> llama_sentiment(p)) FROM docs",
        "SELECT aggregate(paras, '', (a, p) -> concat(a, llama_sentiment(p))) FROM docs",
        "SELECT id FROM docs WHERE exists(paras, p -> llama_sentiment(p) = 'x')",
        "SELECT transform_values(m, (k, v) -> llama_sentiment(v)) FROM docs",
        "SELECT transform(collect_list(text), t -> llama_sentiment(t)) FROM posts"
      })
  void lambdasAreRefused(String query) {
    assertThatThrownBy(() -> TestSession.sql(query))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("Cannot run a llama function in a lambda");
  }

  @Test
  void aValueWithoutAQueryIsRefused() {
    assertThatThrownBy(
            () -> SPARK.sql("DECLARE VARIABLE mood STRING DEFAULT llama_sentiment('A day.')"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("Cannot run llama_sentiment where Spark computes a value without");
  }
}
