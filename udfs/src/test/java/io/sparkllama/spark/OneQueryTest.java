package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an analyst does in one query, over 1,000 rows. */
class OneQueryTest {

  @TempDir private Path folder;

  @Test
  void joinsFiltersGroupsAndWritesAskingEachRowOnce() {
    TestSession.storedPosts(1000);
    String table = "delta.`" + folder.resolve("table") + "`";
    String query =
        """
        SELECT kind, sentiment, count(*) AS posts
        FROM (
          SELECT kind, llama_sentiment(text) AS sentiment
          FROM posts JOIN (VALUES (0, 'even'), (1, 'odd')) AS kinds(rest, kind) ON id % 2 = rest
          WHERE id >= 200)
        WHERE sentiment <> ''
        GROUP BY kind, sentiment
        """;
    long requests =
        TestSession.requests(
            () -> TestSession.sql("CREATE TABLE " + table + " USING delta AS " + query));
    assertThat(requests).isEqualTo(800);
    List<Row> kinds =
        TestSession.sql("SELECT kind, sum(posts) FROM " + table + " GROUP BY kind ORDER BY kind");
    assertThat(kinds).extracting(Row::toString).containsExactly("[even,400]", "[odd,400]");
    assertThat(TestSession.sql("SELECT sentiment FROM " + table))
        .extracting(row -> row.getString(0))
        .isSubsetOf("positive", "negative", "neutral");
  }
}
