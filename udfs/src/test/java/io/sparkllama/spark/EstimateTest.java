package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code llama_estimate} says, against what the engine then counts. */
class EstimateTest {

  /** What a query added to the counts of the engine. */
  private record Counts(long requests, long promptTokens, long newTokens) {

    static Counts now() {
      return new Counts(
          sum(EngineStats::requests),
          sum(EngineStats::promptTokens),
          sum(EngineStats::generatedTokens));
    }

    static Counts of(String query) {
      Counts before = now();
      TestSession.sql(query);
      return now().minus(before);
    }

    private static long sum(ToLongFunction<EngineStats> count) {
      return Engines.shared().stats().stream().mapToLong(count).sum();
    }

    private Counts minus(Counts other) {
      return new Counts(
          requests - other.requests,
          promptTokens - other.promptTokens,
          newTokens - other.newTokens);
    }
  }

  private static List<Row> estimate(String query) {
    Counts before = Counts.now();
    List<Row> rows =
        TestSession.sql("SELECT * FROM llama_estimate('" + query.replace("'", "\\'") + "')");
    assertThat(Counts.now()).isEqualTo(before);
    return rows;
  }

  private static long number(Row row, String column) {
    return row.<Long>getAs(column);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT llama_sentiment(text) FROM posts",
        "SELECT llama_sentiment(text) FROM posts WHERE id < 50",
        "SELECT llama_sentiment(text) a, llama_sentiment(text) b FROM posts",
        "SELECT id FROM posts WHERE id % 2 = 0 AND llama_sentiment(text) <> 'x'",
        "SELECT a.id FROM posts a JOIN posts b ON a.id = b.id + 40 WHERE llama_sentiment(a.text) <> 'x'",
        "SELECT llama_sentiment(max(text)) FROM posts GROUP BY id % 10",
        "SELECT count(*) FROM posts WHERE id IN (SELECT id FROM posts WHERE id < 20 AND llama_sentiment(text) <> 'x')",
        "SELECT (SELECT max(llama_sentiment(text)) FROM posts WHERE id < 7)",
        "SELECT llama_generate(text, 7) FROM posts WHERE id < 30",
        "SELECT llama_translate(text, 'fr') FROM posts WHERE id < 10",
        "SELECT llama_classify(text, array('a day', 'a night'), multi => true) FROM posts WHERE id < 10",
        "SELECT CASE WHEN id < 5 THEN llama_sentiment(text) END FROM posts",
        "SELECT coalesce(if(id < 90, 'known', NULL), llama_sentiment(text)) FROM posts",
        "SELECT llama_sentiment(text) FROM posts LIMIT 10",
        "SELECT llama_sentiment(text) s FROM posts ORDER BY s",
        "SELECT llama_count_tokens(text) FROM posts"
      })
  void requestsAndPromptTokensAreThoseOfTheRun(String query) {
    TestSession.storedPosts(100);
    List<Row> estimated = estimate(query);
    assertThat(estimated).hasSize(1);
    Row call = estimated.get(0);
    Counts counted = Counts.of(query);
    assertThat(number(call, "requests")).isEqualTo(counted.requests);
    assertThat(number(call, "prompt_tokens")).isEqualTo(counted.promptTokens);
    assertThat(number(call, "most_new_tokens")).isGreaterThanOrEqualTo(counted.newTokens);
    assertThat(number(call, "prompt_tokens_error")).isZero();
    assertThat(call.<String>getAs("basis")).isEqualTo("every input measured");
    assertThat(call.<String>getAs("model")).isEqualTo(TestSession.MODEL);
  }

  @Test
  void eachCallHasARowWithItsText() {
    TestSession.storedPosts(20);
    List<Row> calls =
        estimate("SELECT llama_translate(text, 'fr'), llama_translate(text, 'de') FROM posts");
    assertThat(calls).extracting(row -> row.getString(0)).containsOnly("llama_translate");
    assertThat(calls).extracting(row -> row.getString(1)).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void equalInputsAreCountedOnce() {
    TestSession.storedPosts(50);
    Row call = estimate("SELECT llama_sentiment(concat('same', id % 2)) FROM posts").get(0);
    assertThat(number(call, "rows")).isEqualTo(50);
    assertThat(number(call, "distinct_rows")).isEqualTo(2);
    assertThat(number(call, "requests")).isEqualTo(2);
  }

  @Test
  void rowsThatAreNotOrdinaryAskNothing() {
    String rows = "FROM VALUES ('good'), (NULL), (''), (repeat('word ', 20000)) AS odd(text)";
    Row call = estimate("SELECT llama_sentiment(text) " + rows).get(0);
    assertThat(number(call, "rows")).isEqualTo(3);
    assertThat(number(call, "requests")).isEqualTo(1);
    assertThat(number(call, "refused")).isEqualTo(1);
  }

  /** The probabilities of a class are corrected once by what the model thinks of no text at all. */
  @Test
  void whatIsAskedOnceForACallIsCounted() {
    TestSession.storedPosts(10);
    String query = "SELECT llama_classify(text, array('a label', 'of this test')) FROM posts";
    Row call = estimate(query).get(0);
    Counts counted = Counts.of(query);
    assertThat(number(call, "requests")).isEqualTo(counted.requests).isEqualTo(13);
    assertThat(number(call, "prompt_tokens")).isEqualTo(counted.promptTokens);
  }

  @Test
  void summariesOfPartsAreBoundedFromAbove() {
    String query =
        "SELECT llama_summarize(text, 5) FROM VALUES (repeat('one two three. ', 3000)) AS t(text)";
    Row call = estimate(query).get(0);
    Counts counted = Counts.of(query);
    assertThat(counted.requests).isGreaterThan(2);
    assertThat(number(call, "requests")).isGreaterThanOrEqualTo(counted.requests);
    assertThat(number(call, "prompt_tokens")).isGreaterThanOrEqualTo(counted.promptTokens);
    assertThat(number(call, "most_new_tokens")).isGreaterThanOrEqualTo(counted.newTokens);
  }

  @Test
  void callsOverAnswersAreBoundedFromAbove() {
    TestSession.storedPosts(8);
    String query = "SELECT llama_sentiment(llama_translate(text, 'fr')) FROM posts";
    List<Row> calls = estimate(query);
    assertThat(calls)
        .extracting(row -> row.getString(0))
        .containsExactly("llama_translate", "llama_sentiment");
    assertThat(calls.get(1).<String>getAs("basis")).startsWith("at most: the inputs are answers");
    Counts counted = Counts.of(query);
    assertThat(calls.stream().mapToLong(call -> number(call, "requests")).sum())
        .isGreaterThanOrEqualTo(counted.requests);
    assertThat(calls.stream().mapToLong(call -> number(call, "prompt_tokens")).sum())
        .isGreaterThanOrEqualTo(counted.promptTokens);
  }

  @Test
  void answersThatChooseRowsLetAllPass() {
    TestSession.storedPosts(30);
    List<Row> calls =
        estimate(
            "SELECT llama_generate(text, 4) FROM"
                + " (SELECT text FROM posts WHERE llama_sentiment(text) = 'negative' LIMIT 30)");
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).<String>getAs("function")).isEqualTo("llama_generate");
    assertThat(number(calls.get(1), "rows")).isEqualTo(30);
    assertThat(calls.get(1).<String>getAs("basis")).startsWith("at most: answers choose the rows");
  }

  @Test
  void whatNobodyCanKnowIsNull() {
    TestSession.storedPosts(30);
    List<Row> calls =
        estimate(
            "SELECT llama_summarize(max(text)) FROM"
                + " (SELECT text, llama_generate(text, 3) g FROM posts) GROUP BY g");
    Row outer = calls.get(1);
    assertThat(outer.isNullAt(outer.fieldIndex("rows"))).isTrue();
    assertThat(outer.isNullAt(outer.fieldIndex("seconds"))).isTrue();
    assertThat(outer.<String>getAs("basis")).startsWith("unknown");
  }

  @Test
  void aCachedTableThatNobodyHasReadYetStaysUnread() {
    TestSession.storedPosts(9);
    Dataset<Row> cached =
        TestSession.get().sql("SELECT llama_sentiment(text) s FROM posts WHERE id >= 0").cache();
    cached.createOrReplaceTempView("cached");
    try {
      assertThat(estimate("SELECT llama_generate(s, 2) FROM cached").get(0).<String>getAs("basis"))
          .startsWith("unknown");
      cached.count();
      assertThat(number(estimate("SELECT llama_generate(s, 2) FROM cached").get(0), "rows"))
          .isEqualTo(9);
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void manyInputsAreSampledAndTheErrorIsTold() {
    TestSession.posts(24_000);
    String query = "SELECT llama_sentiment(text) FROM posts";
    Row sampled = estimate(query).get(0);
    long exact =
        List.of("id < 9000", "id BETWEEN 9000 AND 17999", "id >= 18000").stream()
            .mapToLong(part -> number(estimate(query + " WHERE " + part).get(0), "prompt_tokens"))
            .sum();
    assertThat(number(sampled, "rows")).isEqualTo(24_000);
    assertThat(sampled.<String>getAs("basis"))
        .isEqualTo("a sample of 10000 distinct inputs measured");
    long error = number(sampled, "prompt_tokens_error");
    assertThat(error).isPositive().isLessThan(exact / 100);
    assertThat(number(sampled, "prompt_tokens")).isBetween(exact - 2 * error, exact + 2 * error);
  }

  @Test
  void timeIsBasedOnWhatTheEngineDidSoFar() {
    TestSession.storedPosts(200);
    TestSession.sql("SELECT llama_sentiment(text), llama_generate(text, 8) FROM posts");
    Row call = estimate("SELECT llama_generate(text, 8) FROM posts").get(0);
    assertThat(call.<Double>getAs("seconds")).isPositive();
    assertThat(call.<String>getAs("rate")).contains("prompt tokens/s").contains("new tokens/s");
    TestSession.get().conf().set("spark.llama.slots", "3");
    try {
      Row other = estimate("SELECT llama_generate(text, 8) FROM posts").get(0);
      assertThat(other.isNullAt(other.fieldIndex("seconds"))).isTrue();
    } finally {
      TestSession.get().conf().unset("spark.llama.slots");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM llama_estimate('SELECT llama_sentiment(text) FRM posts WHERE') | (PARSE_SYNTAX_ERROR) at line 1, position",
        "SELECT * FROM llama_estimate('SELECT nothing FROM posts') | nothing",
        "SELECT * FROM llama_estimate('CREATE TABLE t AS SELECT 1') | found a command, expected a SELECT",
        "SELECT * FROM llama_estimate() | found 0 arguments, expected 1",
        "SELECT * FROM llama_estimate(cast(NULL AS STRING)) | found NULL, expected a constant text",
        "SELECT * FROM llama_estimate('SELECT llama_summarize(text, 0) FROM posts') | Invalid argument max_words"
      })
  void wrongQueriesFailWithTheReason(String query, String message) {
    TestSession.posts(1);
    assertThatThrownBy(() -> TestSession.sql(query)).hasMessageContaining(message);
  }
}
