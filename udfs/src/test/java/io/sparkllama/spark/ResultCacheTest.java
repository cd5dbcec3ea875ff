package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What an executor keeps of its answers. Texts are new in each test, since the cache is not. */
class ResultCacheTest {

  @Test
  void theSameTextIsAnsweredFromTheCacheAndAlike() {
    TestSession.storedPosts(1000);
    String query =
        "SELECT id, llama_sentiment(concat('kept ', text)),"
            + " llama_try_generate(concat('kept ', text), 4) FROM posts ORDER BY id";
    cached(
        "32m",
        () -> {
          List<Row> first = TestSession.sql(query);
          long before = TestSession.requests();
          List<Row> second = TestSession.sql(query);
          assertThat(TestSession.requests()).isEqualTo(before);
          assertThat(second).isEqualTo(first);
        });
  }

  @Test
  void otherTasksOptionsAndSettingsHaveOtherAnswers() {
    cached(
        "32m",
        () -> {
          String text = "'an answer for each of these'";
          assertThat(asked("llama_generate(" + text + ", 3)")).isOne();
          assertThat(asked("llama_generate(" + text + ", 4)")).isOne();
          assertThat(asked("llama_summarize(" + text + ", 3)")).isOne();
          assertThat(asked("llama_try_generate(" + text + ", 3).value")).isOne();
          TestSession.with(
              "spark.llama.promptOrder",
              "text_first",
              () -> asked("llama_generate(" + text + ", 3)"));
          assertThat(asked("llama_generate(" + text + ", 3)")).isZero();
        });
  }

  @Test
  void nothingIsKeptWhereTheCacheIsOff() {
    cached(
        "0",
        () -> {
          assertThat(asked("llama_sentiment('not kept')")).isOne();
          assertThat(asked("llama_sentiment('not kept')")).isOne();
        });
  }

  /** With room for fewer answers the oldest go, and are asked for again. */
  @Test
  void aFullCacheForgetsWhatIsOldest() {
    TestSession.storedPosts(1000);
    cached(
        "16k",
        () -> {
          asked("count(llama_sentiment(concat('many ', text))) FROM posts");
          assertThat(asked("count(llama_sentiment(concat('many ', text))) FROM posts"))
              .isGreaterThan(900);
          asked("llama_sentiment('the last one kept')");
          assertThat(asked("llama_sentiment('the last one kept')")).isZero();
        });
  }

  @Test
  void rowsThatFailAreAskedAgain() {
    cached(
        "32m",
        () -> {
          String call = "llama_try_sentiment(repeat('too long ', 20000)).error IS NOT NULL";
          assertThat(TestSession.sql("SELECT " + call).get(0).getBoolean(0)).isTrue();
          assertThat(TestSession.sql("SELECT " + call).get(0).getBoolean(0)).isTrue();
        });
  }

  private static long asked(String expression) {
    return TestSession.requests(() -> TestSession.sql("SELECT " + expression));
  }

  private static void cached(String bytes, Runnable test) {
    TestSession.with(
        "spark.llama.resultCacheBytes",
        bytes,
        () -> {
          test.run();
          return null;
        });
  }
}
