package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.task.Hazard;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Moderation alone and around functions that write. The test model knows nothing of hazards, so
 * thresholds decide what is found: 0 is reached by every text.
 */
class ModerateTest {

  private static final String TWO = "array('hate', 'privacy')";

  @Test
  void whatIsFoundIsWhatReachesTheThreshold() {
    TestSession.posts(20);
    List<Row> rows =
        TestSession.sql(
            "SELECT m.flagged, m.categories, m.scores FROM (SELECT llama_moderate(text,"
                + " threshold => 0.6) AS m FROM posts)");
    assertThat(rows).hasSize(20);
    for (Row row : rows) {
      Map<String, Double> scores = row.getJavaMap(2);
      assertThat(scores.keySet()).containsExactlyInAnyOrderElementsOf(Hazard.labels()).hasSize(13);
      assertThat(scores.values()).allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0));
      assertThat(row.<String>getList(1))
          .containsExactlyElementsOf(
              Hazard.labels().stream().filter(label -> scores.get(label) >= 0.6).toList());
      assertThat(row.getBoolean(0)).isEqualTo(!row.getList(1).isEmpty());
    }
  }

  @Test
  void aBlankTextDoesNoHarm() {
    Row row = TestSession.sql("SELECT llama_moderate(' ', threshold => 0.01)").get(0).getStruct(0);
    assertThat(row.getBoolean(0)).isFalse();
    assertThat(row.<String, Double>getJavaMap(2).values()).hasSize(13).containsOnly(0.0);
    assertThat(TestSession.sql("SELECT llama_moderate(NULL)").get(0).isNullAt(0)).isTrue();
  }

  /** Each category is a request for each row, and three once for the leaning of the model. */
  @Test
  void categoriesThatAreNotAskedAboutCostNothing() {
    TestSession.storedPosts(10);
    TestSession.with(
        "spark.llama.slots",
        "11",
        () -> {
          String query =
              "SELECT llama_moderate(text, array('elections', 'Self_Harm')).scores FROM posts";
          Row estimate = estimate(query);
          assertThat(TestSession.requests(() -> TestSession.sql(query))).isEqualTo(2 * (10 + 3));
          assertThat(estimate.<Long>getAs("requests")).isEqualTo(2 * (10 + 3));
          assertThat(TestSession.sql(query).get(0).<String, Double>getJavaMap(0).keySet())
              .containsExactlyInAnyOrder("self_harm", "elections");
          return null;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_try_generate(text, 4, %s)",
        "llama_try_chat(array(struct('user' AS role, text AS content)), 4, %s)",
        "llama_try_summarize(text, 5, %s)",
        "llama_try_translate(text, 'fr', max_tokens => 4, %s)",
        "llama_try_fix_grammar(text, max_tokens => 4, %s)",
        "llama_try_code(text, 'explain', max_tokens => 4, %s)",
        "llama_query(text, 4, %s)"
      })
  void aFunctionThatWritesIsBlockedBeforeItWrites(String function) {
    TestSession.storedPosts(5);
    String options =
        "moderate => 'block', moderate_categories => " + TWO + ", moderate_threshold => %s";
    String call = "SELECT text, " + function + " AS q FROM posts";
    TestSession.sql("SELECT llama_moderate(text, " + TWO + ") FROM posts");

    String blocked = call.formatted(options.formatted("0"));
    assertThat(TestSession.requests(() -> TestSession.sql(blocked))).isEqualTo(2 * 5);
    assertThat(TestSession.sql(blocked))
        .hasSize(5)
        .allSatisfy(
            row -> {
              assertThat(row.getStruct(1).isNullAt(0)).isTrue();
              assertThat(row.getStruct(1).<String>getAs("error"))
                  .startsWith("Cannot give an answer: moderation found privacy, hate in the input,")
                  .contains("probability of 0.00 or more")
                  .doesNotContain(row.getString(0));
            });

    String open = call.formatted(options.formatted("1"));
    List<Row> answers = TestSession.sql(open);
    assertThat(answers)
        .hasSize(5)
        .extracting(row -> row.getStruct(1).get(0))
        .doesNotContainNull()
        .isEqualTo(
            TestSession.sql(call.formatted("temperature => 0")).stream()
                .map(row -> row.getStruct(1).get(0))
                .toList());
  }

  /** The question about the answer is the one that llama_moderate asks about it. */
  @Test
  void theAnswerIsModeratedToo() {
    TestSession.storedPosts(12);
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_moderate(text, array('hate')).scores['hate'],"
                + " llama_moderate(llama_generate(text, 6), array('hate')).scores['hate'],"
                + " llama_query(text, 6, moderate => 'flag', moderate_categories => array('hate'),"
                + " moderate_threshold => 0.5).flagged,"
                + " llama_try_generate(text, 6, moderate => 'block', moderate_categories =>"
                + " array('hate'), moderate_threshold => 0.5).error FROM posts");
    assertThat(rows).hasSize(12);
    for (Row row : rows) {
      boolean input = row.getDouble(0) >= 0.5;
      boolean answer = row.getDouble(1) >= 0.5;
      assertThat(row.getStruct(2).getList(0)).hasSize(input ? 1 : 0);
      assertThat(row.getStruct(2).getList(1)).hasSize(answer ? 1 : 0);
      if (input || answer) {
        assertThat(row.getString(3)).contains("found hate in the " + (input ? "input" : "answer"));
      } else {
        assertThat(row.isNullAt(3)).isTrue();
      }
    }
  }

  @Test
  void whatIsFoundStandsBesideTheAnswerOfAQuery() {
    TestSession.posts(3);
    Row query =
        TestSession.sql(
                "SELECT llama_query(text, 4, moderate => 'flag', moderate_categories => "
                    + TWO
                    + ", moderate_threshold => 0) FROM posts")
            .get(0)
            .getStruct(0);
    assertThat(query.schema().sql())
        .contains("flagged: STRUCT<input: ARRAY<STRING>, answer: ARRAY<STRING>>");
    assertThat(query.<Row>getAs("flagged").<String>getList(0)).containsExactly("privacy", "hate");
    assertThat(query.<Row>getAs("flagged").<String>getList(1)).containsExactly("privacy", "hate");
    assertThat(query.isNullAt(4)).isTrue();
    Row blank =
        TestSession.sql("SELECT llama_query(' ', 4, moderate => 'flag')").get(0).getStruct(0);
    assertThat(blank.getString(4)).contains("found a blank text");
    assertThat(blank.isNullAt(5)).isTrue();
  }

  @Test
  void aBlockedRowFollowsOnError() {
    String call =
        "llama_generate('Hi', 2, moderate => 'block', moderate_threshold => 0, moderate_categories =>"
            + " array('hate')%s)";
    assertThatThrownBy(() -> TestSession.sql("SELECT " + call.formatted("")))
        .hasMessageContaining("llama_generate could not answer a row. Cannot give an answer");
    Row row =
        TestSession.sql(
                "SELECT %s, %s"
                    .formatted(
                        call.formatted(", on_error => 'null'"), call.formatted(", default => '-'")))
            .get(0);
    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getString(1)).isEqualTo("-");
  }

  /** Of a conversation what the user said is moderated, and no other turn. */
  @Test
  void aConversationIsModeratedByWhatItsUserSaid() {
    Row row =
        TestSession.sql(
                "SELECT llama_try_chat(array(struct('system' AS role, 'Be brief.' AS content),"
                    + " struct('user' AS role, ' ' AS content)), 2, moderate => 'block', moderate_threshold => 0.001,"
                    + " moderate_categories => array('hate')).error")
            .get(0);
    assertThat(row.getString(0)).contains("in the answer");
  }

  @Test
  void anEstimateIsAnUpperBound() {
    TestSession.storedPosts(8);
    String query =
        "SELECT llama_generate(text, 4, moderate => 'block', moderate_threshold => 1,"
            + " moderate_categories => array('sexual_content')) FROM posts";
    Row estimate = estimate(query);
    long requests = TestSession.requests(() -> TestSession.sql(query));
    assertThat(requests).isBetween(3 * 8L, 3 * 8L + 3);
    assertThat(estimate.<Long>getAs("requests")).isEqualTo(3 * 8L + 3);
    assertThat(estimate.<String>getAs("basis")).startsWith("at most: answers are moderated");
  }

  private static Row estimate(String query) {
    return TestSession.sql("SELECT * FROM llama_estimate('" + query.replace("'", "\\'") + "')")
        .get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_moderate(text, array('rudeness')) | found rudeness, expected some of violent_crimes, nonviolent_crimes",
        "llama_moderate(text, array()) | found an empty array",
        "llama_moderate(text, threshold => 2) | found 2, expected 0 to 1",
        "llama_generate(text, moderate => 'flag') | Invalid argument moderate of llama_generate: found flag, expected block",
        "llama_try_generate(text, moderate => 'flag') | found flag, expected block",
        "llama_generate(text, moderate => 'yes') | found yes, expected block or flag",
        "llama_generate(text, moderate_threshold => 0.4) | Invalid argument moderate_threshold of llama_generate: found a value, expected it only together with moderate",
        "llama_query(text, moderate_categories => array('hate')) | only together with moderate",
        "llama_sentiment(text, moderate => 'block') | unknown argument moderate",
        "llama_mask(text, array('person'), moderate => 'block') | unknown argument moderate",
        "llama_extract(text, 'a INT', moderate => 'block') | unknown argument moderate",
        "llama_summarize_agg(text, moderate => 'block') | unknown argument moderate"
      })
  void wrongCallsFailBeforeAnyTaskStarts(String call, String message) {
    TestSession.posts(1);
    assertThatThrownBy(() -> TestSession.get().sql("SELECT " + call + " FROM posts"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }
}
