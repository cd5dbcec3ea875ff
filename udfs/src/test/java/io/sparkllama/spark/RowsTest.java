package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to single rows, and to many of them. */
class RowsTest {

  /** Ids: 0 ordinary, 1 NULL, 2 empty, 3 of 100,000 characters, 4 not UTF-8, 5 ordinary. */
  private static final String ODD =
      "VALUES (0, 'a good day'), (1, NULL), (2, ''), (3, repeat('word ', 20000)),"
          + " (4, cast(X'68ff6921' AS STRING)), (5, 'a bad day') AS odd(id, text)";

  @TempDir private Path folder;

  @Test
  void oddRowsGetTheDocumentedAnswerAndLeaveTheOthersAlone() {
    List<Row> rows =
        TestSession.sql(
            "SELECT id, llama_try_sentiment(text) r, llama_summarize(text) s FROM " + ODD);
    assertThat(rows).hasSize(6);
    for (Row row : rows) {
      Row result = row.getStruct(1);
      switch (row.getInt(0)) {
        case 1 -> {
          assertThat(result).isNull();
          assertThat(row.isNullAt(2)).isTrue();
        }
        case 2 -> {
          assertThat(result.getString(0)).isEqualTo("neutral");
          assertThat(row.getString(2)).isEmpty();
        }
        case 3 -> {
          assertThat(result.isNullAt(0)).isTrue();
          assertThat(result.getString(1))
              .startsWith("Cannot fit the text: found")
              .doesNotContain("word");
          assertThat(row.getString(2)).isNotNull();
        }
        default -> {
          assertThat(result.getString(0)).isIn("positive", "negative", "neutral");
          assertThat(result.isNullAt(1)).isTrue();
        }
      }
    }
  }

  /** Rows wait for answers while Spark reads the next files. */
  @Test
  void aRowKeepsTheFileThatItCameFrom() {
    String files = folder.resolve("files").toString();
    TestSession.get()
        .range(40)
        .selectExpr("id", "concat('post ', id) text")
        .repartition(8)
        .write()
        .parquet(files);
    String from = " FROM parquet.`" + files + "`";
    String expected =
        TestSession.sql("SELECT id, input_file_name() f" + from + " ORDER BY id") + "";
    for (String asked :
        List.of(
            "SELECT id, input_file_name() f" + from + " WHERE llama_sentiment(text) <> 'x'",
            "SELECT id, f FROM (SELECT id, input_file_name() f, llama_sentiment(text) s, text"
                + from
                + ") WHERE s <> 'x' AND llama_count_tokens(concat(s, f)) > 0")) {
      assertThat(TestSession.sql("SELECT * FROM (" + asked + ") ORDER BY id") + "")
          .as(asked)
          .isEqualTo(expected);
    }
  }

  @Test
  void aRowThatCannotBeAnsweredFailsTheQueryUnlessToldOtherwise() {
    String query = "SELECT id, llama_sentiment(text) FROM " + ODD;
    assertThatThrownBy(() -> TestSession.sql(query))
        .hasMessageContaining("llama_sentiment could not answer a row. Cannot fit the text")
        .hasMessageContaining("spark.llama.onError=null");
    TestSession.get().conf().set("spark.llama.onError", "null");
    try {
      List<Row> rows = TestSession.sql(query);
      assertThat(rows)
          .filteredOn(row -> row.isNullAt(1))
          .extracting(row -> row.getInt(0))
          .containsExactly(1, 3);
    } finally {
      TestSession.get().conf().unset("spark.llama.onError");
    }
  }

  @Test
  void longTextsAreCutWhenAsked() {
    TestSession.get().conf().set("spark.llama.longText", "truncate");
    try {
      List<Row> rows = TestSession.sql("SELECT llama_sentiment(text) FROM " + ODD);
      assertThat(rows).filteredOn(row -> row.isNullAt(0)).hasSize(1);
    } finally {
      TestSession.get().conf().unset("spark.llama.longText");
    }
  }

  @Test
  void resultsGoToDeltaTablesAndBack() {
    String path = folder.resolve("table").toString();
    TestSession.posts(50);
    TestSession.get()
        .sql("SELECT id, llama_sentiment(text) AS sentiment FROM posts")
        .write()
        .format("delta")
        .save(path);
    Dataset<Row> table = TestSession.get().read().format("delta").load(path);
    assertThat(table.where("sentiment IN ('positive', 'negative', 'neutral')").count())
        .isEqualTo(50);
  }

  @Test
  void cachedResultsAreNotAskedForAgain() {
    TestSession.posts(40);
    Dataset<Row> cached =
        TestSession.get().sql("SELECT llama_sentiment(text) s FROM posts").cache();
    assertThat(TestSession.requests(cached::count)).isEqualTo(40);
    assertThat(TestSession.requests(cached::collectAsList)).isZero();
    cached.unpersist();
  }

  @Test
  void rowsInFlightLeaveTheEngineWithTheirTask() {
    TestSession.posts(2000, 1);
    TestSession.get().conf().set("spark.llama.batchSize", "2000");
    try {
      long requests =
          TestSession.requests(
              () -> {
                TestSession.sql("SELECT llama_sentiment(concat(text, '!')) FROM posts LIMIT 1");
                // The engine answers in order: this one comes after all that is left of the others.
                return TestSession.sql("SELECT llama_sentiment('the last one')");
              });
      assertThat(requests).isLessThan(1000);
    } finally {
      TestSession.get().conf().unset("spark.llama.batchSize");
    }
  }

  @Test
  void tenThousandPostsShareOneEngineInConstantMemory() throws IOException {
    TestSession.posts(1000).selectExpr("llama_sentiment(text)").collectAsList();
    long after1000 = residentKilobytes();
    int openings = Engines.shared().openings();
    TestSession.posts(10_000);
    List<Row> rows =
        TestSession.sql(
            "SELECT s, count(*) FROM (SELECT llama_sentiment(text) s FROM posts) GROUP BY s");
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.getString(0)).isIn("positive", "negative", "neutral"));
    assertThat(rows.stream().mapToLong(row -> row.getLong(1)).sum()).isEqualTo(10_000);
    assertThat(Engines.shared().openings()).isEqualTo(openings);
    assertThat(residentKilobytes()).isLessThan(after1000 * 115 / 100);
  }

  /** Memory of this process, the engine's native part included, after a collection. */
  private static long residentKilobytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
