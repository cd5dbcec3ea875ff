package io.sparkllama.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.functions.AiFunctionCatalog;
import io.sparkllama.spark.functions.LlamaFunction;
import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each function takes and returns. */
class LlamaFunctionsTest {

  private static final String CHAT =
      "array(named_struct('role', 'system', 'content', 'Be brief.'),"
          + " named_struct('role', 'user', 'content', text))";

  static Stream<String> names() {
    return Stream.of(LlamaFunctionCatalog.all(), AiFunctionCatalog.all())
        .flatMap(List::stream)
        .map(LlamaFunction::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isDescribedWithAnExampleThatRuns(String name) {
    String described =
        TestSession.sql("DESCRIBE FUNCTION EXTENDED " + name).stream()
            .map(row -> row.getString(0))
            .reduce("", (a, b) -> a + "\n" + b);
    String example =
        Stream.of(described.split("\n"))
            .filter(line -> line.contains("> SELECT"))
            .findFirst()
            .orElseThrow();
    assertThat(described).contains(name + "(").contains("Arguments:");
    String query = example.substring(example.indexOf("SELECT"), example.indexOf(';'));
    assertThat(TestSession.sql(query).get(0).get(0)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_sentiment(text) | STRING",
        "llama_try_sentiment(text) | STRUCT<value: STRING, error: STRING>",
        "llama_sentiment_scores(text) | STRUCT<positive: DOUBLE, negative: DOUBLE, neutral: DOUBLE>",
        "llama_emotions(text) | MAP<STRING, DOUBLE>",
        "llama_detect_language(text) | STRING",
        "llama_filter(text, 'It is about food.') | BOOLEAN",
        "llama_moderate(text) | STRUCT<flagged: BOOLEAN, categories: ARRAY<STRING>, scores: MAP<STRING, DOUBLE>>",
        "llama_try_filter(text, 'It is about food.') | STRUCT<value: BOOLEAN, error: STRING>",
        "llama_classify(text, array('a', 'b')) | STRING",
        "llama_classify(text, map('a', 'x', 'b', 'y')) | STRING",
        "llama_classify(text, array('a', 'b'), true) | ARRAY<STRING>",
        "llama_classify_scores(text, array('a', 'b')) | STRUCT<label: STRING, probability: DOUBLE, scores: MAP<STRING, DOUBLE>>",
        "llama_classify_scores(text, array('a', 'b'), multi => true) | STRUCT<labels: ARRAY<STRING>, scores: MAP<STRING, DOUBLE>>",
        "llama_aspect_sentiment(text) | ARRAY<STRUCT<aspect: STRING, sentiment: STRING>>",
        "llama_summarize(text) | STRING",
        "llama_mask(text, array('person')) | STRING",
        "llama_fix_grammar(text) | STRING",
        "llama_code(text, 'explain') | STRING",
        "llama_count_tokens(text) | INT",
        "llama_query(text, max_tokens => 4) | STRUCT<text: STRING, finish_reason: STRING, prompt_tokens: INT, generated_tokens: INT, error: STRING>"
      })
  void hasItsTypeAndAnswersRows(String call, String type) {
    Dataset<Row> rows = TestSession.posts(3).select(expr(call).as("answer"));
    assertThat(rows.schema().apply("answer").dataType().sql()).isEqualTo(type);
    assertThat(rows.collectAsList()).hasSize(3).noneMatch(row -> row.isNullAt(0));
    Dataset<Row> none =
        TestSession.posts(1)
            .selectExpr("cast(NULL AS STRING) AS text")
            .select(expr(call).as("answer"));
    assertThat(none.collectAsList()).allMatch(row -> row.isNullAt(0));
  }

  @Test
  void probabilitiesBelongToTheLabels() {
    TestSession.posts(20);
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_sentiment(text) AS label, llama_sentiment_scores(text) AS scores,"
                + " llama_classify(text, array('sport', 'food')) AS class,"
                + " llama_classify_scores(text, array('sport', 'food')) AS classes,"
                + " llama_classify_scores(text, array('sport', 'food'), multi => true,"
                + " threshold => 0.4) AS tags FROM posts");
    for (Row row : rows) {
      Row scores = row.getStruct(1);
      assertThat(scores.getDouble(0) + scores.getDouble(1) + scores.getDouble(2))
          .isBetween(1 - 1e-9, 1 + 1e-9);
      double best = scores.getDouble(scores.fieldIndex(row.getString(0)));
      assertThat(scores.getDouble(0)).isLessThanOrEqualTo(best);
      Row classes = row.getStruct(3);
      assertThat(classes.getString(0)).isEqualTo(row.getString(2));
      assertThat(classes.<String, Double>getJavaMap(2))
          .containsEntry(classes.getString(0), classes.getDouble(1));
      Map<String, Double> tags = row.getStruct(4).getJavaMap(1);
      assertThat(row.getStruct(4).<String>getList(0))
          .containsExactlyInAnyOrderElementsOf(
              tags.keySet().stream().filter(tag -> tags.get(tag) >= 0.4).toList());
    }
  }

  /** Label and scores are two views of one answer. */
  @Test
  void sentimentAndItsScoresAreAskedOnce() {
    TestSession.storedPosts(30);
    assertThat(
            TestSession.requests(
                () ->
                    TestSession.sql(
                        "SELECT llama_sentiment(text), llama_sentiment_scores(text) FROM posts")))
        .isEqualTo(30);
  }

  @Test
  void tokensAreCountedWithoutARequest() {
    TestSession.posts(30);
    long requests =
        TestSession.requests(
            () ->
                assertThat(TestSession.sql("SELECT llama_count_tokens(text) FROM posts"))
                    .allMatch(row -> row.getInt(0) > 3));
    assertThat(requests).isZero();
  }

  @Test
  void conversationsAreAnsweredInTurn() {
    TestSession.posts(5);
    List<Row> rows =
        TestSession.sql("SELECT llama_chat(" + CHAT + ", 5), llama_query(" + CHAT + ") FROM posts");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.getString(0)).isNotNull();
              assertThat(row.getStruct(1).getInt(2)).isPositive();
              assertThat(row.getStruct(1).getString(1)).isIn("stop", "length");
            });
  }

  @Test
  void aConversationThatIsNoneIsARowsError() {
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_try_chat(m).error, llama_query(m).error FROM (SELECT filter("
                + "array(struct(if(id = 0, 'robot', 'user') AS role, 'hi' AS content)), x -> id < 1)"
                + " AS m FROM range(0, 2, 1, 1))");
    assertThat(rows.get(0).getString(0)).contains("found an unknown role in message 1");
    assertThat(rows.get(1).getString(1)).contains("found an empty list");
  }

  @Test
  void aQueryTellsHowItsAnswerCameAbout() {
    Row row = TestSession.sql("SELECT llama_query('Tell me a story.', 3) AS q").get(0).getStruct(0);
    assertThat(row.getString(1)).isIn("stop", "length");
    assertThat(row.getInt(3)).isBetween(1, 3);
    Row blank = TestSession.sql("SELECT llama_query(' ') AS q").get(0).getStruct(0);
    assertThat(blank.getString(1)).isEqualTo("error");
    assertThat(blank.isNullAt(0)).isTrue();
    assertThat(blank.getString(4)).contains("found a blank text");
  }

  @Test
  void argumentsGoByPositionByNameAndInAMap() {
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_summarize('a long day at the sea', 7),"
                + " llama_summarize(max_words => 7, text => 'a long day at the sea'),"
                + " llama_summarize('a long day at the sea', map('max_words', '7')),"
                + " llama_summarize('a long day at the sea', options => map('max_words', 7))");
    Row row = rows.get(0);
    assertThat(List.of(row.get(1), row.get(2), row.get(3))).containsOnly(row.get(0));
    List<Row> short_ =
        TestSession.sql(
            "SELECT llama_query('Tell me a story.', map('max_tokens', '2')).generated_tokens,"
                + " llama_query('Tell me a story.', options => map('MAX_TOKENS', 2.0)).generated_tokens");
    assertThat(short_.get(0).getInt(0)).isLessThanOrEqualTo(2);
    assertThat(short_.get(0).getInt(1)).isLessThanOrEqualTo(2);
  }

  @Test
  void optionsReachTheEngine() {
    String story = "llama_generate('Tell me a story about a day.', 24";
    Row row =
        TestSession.sql(
                "SELECT %s), %s, temperature => 2, seed => 1), %s, temperature => 2, seed => 2), %s, temperature => 2, seed => 1), %s, stop => 'a'), %s, stop => array('a', 'e')), %s, temperature => 5, top_k => 1)"
                    .replace("%s", story))
            .get(0);
    assertThat(row.getString(1)).isEqualTo(row.getString(3)).isNotEqualTo(row.getString(2));
    assertThat(row.getString(4)).doesNotContain("a");
    assertThat(row.getString(5)).doesNotContain("a").doesNotContain("e");
    assertThat(row.getString(6)).isEqualTo(row.getString(0));
  }

  @Test
  void errorsOfRowsFollowTheCall() {
    String text = "repeat('word ', 20000)";
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_sentiment(%s, on_error => 'null'), llama_sentiment(%s, on_error => 'default', default => 'unknown'), llama_filter(%s, 'x', default => false), llama_sentiment_scores(%s, default => NULL), llama_sentiment(%s, long_text => 'truncate')"
                .replace("%s", text));
    assertThat(rows.get(0).isNullAt(0)).isTrue();
    assertThat(rows.get(0).getString(1)).isEqualTo("unknown");
    assertThat(rows.get(0).getBoolean(2)).isFalse();
    assertThat(rows.get(0).isNullAt(3)).isTrue();
    assertThat(rows.get(0).getString(4)).isIn("positive", "negative", "neutral");
  }

  @Test
  void anotherModelAnswersWhereACallSaysSo() {
    TestSession.posts(1);
    String other = TestSession.MODEL + "/.";
    assertThat(TestSession.sql("SELECT llama_sentiment(text, model => '" + other + "') FROM posts"))
        .hasSize(1);
    assertThatThrownBy(
            () -> TestSession.sql("SELECT llama_sentiment(text, model => '/nowhere') FROM posts"))
        .hasMessageContaining("/nowhere");
  }

  /** Before any task starts: it is no row's fault, so on_error hides nothing. */
  @Test
  void anUnknownAdapterFailsTheQuery() {
    for (String query :
        List.of(
            "SELECT llama_generate('Hello', adapter => 'formal')",
            "SELECT llama_generate(text, adapter => 'formal', on_error => 'null') FROM posts",
            "SELECT llama_try_generate(text, adapter => 'formal') FROM posts",
            "SELECT llama_summarize_agg(text, adapter => 'formal') FROM posts")) {
      TestSession.posts(0);
      assertThatThrownBy(() -> TestSession.sql(query))
          .isInstanceOf(AnalysisException.class)
          .hasMessageContaining("Cannot answer with an adapter: found a package that takes none");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_translate(text) | Invalid argument language of llama_translate: found nothing",
        "llama_translate(text, 'klingon') | found klingon, expected one of ar",
        "llama_translate(text, text) | found an expression that is not constant",
        "llama_translate(text, NULL) | Invalid argument language of llama_translate: found NULL",
        "llama_summarize(text, 0) | Invalid argument max_words of llama_summarize: found 0",
        "llama_summarize(text, 2.5) | found 2.5, expected a whole number",
        "llama_summarize(text, 'many') | found many, expected a whole number",
        "llama_summarize(text, 5, 6) | Invalid argument options of llama_summarize: found INT",
        "llama_summarize(text, 5, map(), 6) | found 4 arguments, expected at most 3",
        "llama_sentiment() | Invalid argument text of llama_sentiment: found nothing",
        "llama_sentiment(array(text)) | Invalid argument text of llama_sentiment: found ARRAY<STRING>, expected STRING",
        "llama_sentiment(1) | found INT, expected STRING",
        "llama_sentiment(text, temperature => 1) | found an unknown argument temperature",
        "llama_generate(text, temprature => 1) | unknown argument temprature, the nearest known are temperature",
        "llama_generate(text, map('top_q', 1)) | unknown argument top_q, the nearest known are top",
        "llama_generate(text, map(text, 1)) | found an expression that is not constant",
        "llama_generate(text, max_tokens => 5, max_tokens => 6) | found the argument max_tokens twice",
        "llama_generate(text, 5, map('max_tokens', 6)) | found the argument max_tokens twice",
        "llama_generate(max_tokens => 5, text) | found an argument without a name behind one with a name",
        "llama_generate(text, temperature => -1) | found -1, expected 0 to 100",
        "llama_generate(text, top_p => 0) | found 0, expected more than 0",
        "llama_generate(text, seed => 1.5) | found 1.5, expected a whole number",
        "llama_generate(text, stop => '') | found an empty text",
        "llama_generate(text, long_text => 'map_reduce') | expected error or truncate",
        "llama_generate(text, on_error => 'ignore') | found ignore, expected fail or null or default",
        "llama_generate(text, on_error => 'default') | Invalid argument default of llama_generate: found nothing",
        "llama_generate(text, on_error => 'null', default => 'x') | together with on_error",
        "llama_generate(text, default => array('x')) | found ARRAY<STRING>, expected STRING",
        "llama_filter(text, 'x', default => 'maybe') | found 'maybe', expected BOOLEAN",
        "llama_try_generate(text, on_error => 'null') | found an unknown argument on_error",
        "llama_classify(text, array()) | found 0 labels, expected 2 to 500",
        "llama_classify(text, array('a')) | found 1 labels, expected 2 to 500",
        "llama_classify(text, array_repeat('a', 501)) | found 501 labels, expected 2 to 500",
        "llama_classify(text, array('a', 'b', 'A')) | found the label A twice",
        "llama_classify(text, array('a', ' ')) | found a blank label",
        "llama_classify(text, array('a', NULL)) | found NULL among the texts",
        "llama_classify(text, array(1, 2)) | found ARRAY<INT>, expected an array of texts",
        "llama_classify(text, array('a', text)) | found an expression that is not constant",
        "llama_classify(text, array('a', 'b'), multi => 'perhaps') | found perhaps, expected true or false",
        "llama_classify(text, array('a', 'b'), threshold => 0.5) | only together with multi",
        "llama_classify(text, array('a', 'b'), true, 2) | found 2, expected 0 to 1",
        "llama_filter(text, ' ') | found a blank text",
        "llama_code(text, 'review') | found review, expected complete or explain or fix or document",
        "llama_chat(text) | found STRING, expected ARRAY<STRUCT<role: STRING, content: STRING>>",
        "llama_chat(array(struct('bot' AS role, 'x' AS content))) | found an unknown role in message 1",
        "llama_chat(array(struct('user' AS role, text AS content)), long_text => 'truncate') | expected error, since nothing of a conversation is cut",
        "llama_mask(text, array()) | found 0 labels, expected 1 to 500"
      })
  void wrongCallsFailBeforeAnyTaskStarts(String call, String message) {
    TestSession.posts(1);
    assertThatThrownBy(() -> TestSession.get().sql("SELECT " + call + " FROM posts"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  /** As Spark's own errors are: what a client reads besides the message. */
  @Test
  void aWrongCallHasACondition() {
    assertThatThrownBy(() -> TestSession.get().sql("SELECT llama_summarize('x', 0)"))
        .isInstanceOfSatisfying(
            AnalysisException.class,
            error -> {
              assertThat(error.getCondition()).isEqualTo("FAILED_FUNCTION_CALL");
              assertThat(error.getSqlState()).isEqualTo("38000");
              assertThat(error.getMessageParameters()).containsEntry("funcName", "llama_summarize");
              assertThat(error.getMessage())
                  .startsWith(
                      "[FAILED_FUNCTION_CALL] Invalid argument max_words of llama_summarize: found 0")
                  .contains("line 1 pos 7");
            });
  }

  /** Columns of the builders against the same call in SQL. */
  @Test
  void buildersCallTheFunctions() {
    Dataset<Row> posts = TestSession.posts(2);
    Column text = col("text");
    Map<String, String> options = Map.of("max_tokens", "4");
    List<String> labels = List.of("sport", "food");
    Map<Column, String> calls =
        Map.ofEntries(
            Map.entry(LlamaFunctions.sentiment(text), "llama_sentiment(text)"),
            Map.entry(LlamaFunctions.sentimentScores(text), "llama_sentiment_scores(text)"),
            Map.entry(LlamaFunctions.aspectSentiment(text), "llama_aspect_sentiment(text)"),
            Map.entry(LlamaFunctions.emotions(text), "llama_emotions(text)"),
            Map.entry(LlamaFunctions.detectLanguage(text), "llama_detect_language(text)"),
            Map.entry(
                LlamaFunctions.classify(text, labels),
                "llama_classify(text, array('sport', 'food'))"),
            Map.entry(
                LlamaFunctions.classify(text, Map.of("a", "x", "b", "y")),
                "llama_classify(text, map('a', 'x', 'b', 'y'))"),
            Map.entry(
                LlamaFunctions.classifyScores(text, labels),
                "llama_classify_scores(text, array('sport', 'food'))"),
            Map.entry(
                LlamaFunctions.tags(text, labels),
                "llama_classify(text, array('sport', 'food'), true)"),
            Map.entry(LlamaFunctions.filter(text, "It is x."), "llama_filter(text, 'It is x.')"),
            Map.entry(LlamaFunctions.moderate(text), "llama_moderate(text)"),
            Map.entry(
                LlamaFunctions.moderate(text, List.of("hate")),
                "llama_moderate(text, array('hate'))"),
            Map.entry(
                LlamaFunctions.mask(text, List.of("city")), "llama_mask(text, array('city'))"),
            Map.entry(
                LlamaFunctions.extract(text, "a STRING, b INT"),
                "llama_extract(text, 'a STRING, b INT')"),
            Map.entry(LlamaFunctions.fixGrammar(text), "llama_fix_grammar(text)"),
            Map.entry(LlamaFunctions.code(text, "fix"), "llama_code(text, 'fix')"),
            Map.entry(LlamaFunctions.summarize(text), "llama_summarize(text)"),
            Map.entry(LlamaFunctions.summarize(text, 5), "llama_summarize(text, 5)"),
            Map.entry(LlamaFunctions.translate(text, "fr"), "llama_translate(text, 'fr')"),
            Map.entry(LlamaFunctions.generate(text, 4), "llama_generate(text, 4)"),
            Map.entry(
                LlamaFunctions.generate(text, options), "llama_generate(text, max_tokens => 4)"),
            Map.entry(LlamaFunctions.countTokens(text), "llama_count_tokens(text)"),
            Map.entry(LlamaFunctions.query(text, options), "llama_query(text, max_tokens => 4)"),
            Map.entry(LlamaFunctions.chat(expr(CHAT), options), "llama_chat(" + CHAT + ", 4)"));
    calls.forEach(
        (built, sql) -> {
          Row row = posts.select(built, expr(sql)).head();
          assertThat(row.get(0)).as(sql).isNotNull().isEqualTo(row.get(1));
        });
  }
}
