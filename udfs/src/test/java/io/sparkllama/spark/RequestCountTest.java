package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a query over 1,000 distinct posts asks the engine. Posts come from a file of four
 * partitions, so that the optimizer does not know how texts come from ids, and no answer is kept
 * from one evaluation to the next.
 */
class RequestCountTest {

  @BeforeEach
  void thousandPosts() {
    TestSession.storedPosts(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT llama_sentiment(text) FROM posts | 1000",
        "SELECT llama_sentiment(text) a, llama_sentiment(text) b FROM posts | 1000",
        "SELECT id FROM (SELECT id, llama_sentiment(text) s FROM posts) | 0",
        "SELECT s, upper(s), s = 'x' FROM (SELECT llama_sentiment(text) s FROM posts) | 1000",
        "SELECT llama_sentiment(text) FROM posts WHERE llama_sentiment(text) <> 'x' | 1000",
        "SELECT s FROM (SELECT llama_sentiment(text) s FROM posts) WHERE s <> 'x' | 1000",
        "SELECT llama_sentiment(concat('same', id % 2)) FROM posts WHERE id < 50 | 2",
        "SELECT llama_sentiment(concat(id, llama_translate(text, 'fr'))) FROM posts WHERE id < 10 | 20",
        "SELECT llama_sentiment(CAST(NULL AS STRING)) FROM posts | 0"
      })
  void askEachRowOnce(String query, long requests) {
    check(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_sentiment(text) <> 'x' AND id < 50 | 50",
        "id < 50 AND llama_sentiment(text) <> 'x' | 50",
        "id % 2 = 0 AND llama_sentiment(text) <> 'x' AND id < 50 | 25",
        "id < 900 OR llama_sentiment(text) <> 'x' | 100",
        "llama_sentiment(text) <> 'x' OR id < 900 | 100",
        "NOT (id >= 50 OR llama_sentiment(text) = 'x') | 50",
        "llama_sentiment(text) = 'x' AND llama_summarize(text, 5) <> 'x' | 1000",
        "llama_sentiment(text) <> 'x' AND llama_sentiment(text) <> 'y' | 1000",
        "if(id < 50, llama_sentiment(text) <> 'x', true) | 50",
        "llama_sentiment(text) <> 'x' AND id + floor(rand()) < 50 | 50"
      })
  void askRowsThatAFilterNeeds(String condition, long requests) {
    check("SELECT id FROM posts WHERE " + condition, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CASE WHEN id < 50 THEN llama_sentiment(text) END | 50",
        "CASE WHEN id < 50 THEN 'a' ELSE llama_sentiment(text) END | 950",
        "CASE WHEN id < 50 THEN 'a' WHEN id < 60 THEN llama_sentiment(text) ELSE 'b' END | 10",
        "CASE id % 10 WHEN 3 THEN llama_sentiment(text) END | 100",
        "CASE WHEN id < 9 THEN llama_sentiment(text) WHEN id < 20 THEN upper(llama_sentiment(text)) END | 20",
        "CASE WHEN llama_sentiment(text) = 'x' THEN llama_summarize(text, 5) ELSE 'b' END | 1000",
        "CASE WHEN id < 50 THEN (CASE WHEN id % 2 = 0 THEN llama_sentiment(text) END) END | 25",
        "CASE WHEN id < 50 THEN llama_sentiment(text) ELSE llama_sentiment(text) END | 1000",
        "if(id < 50, llama_sentiment(text), 'b') | 50",
        "coalesce(if(id < 50, 'a', NULL), llama_sentiment(text)) | 950",
        "nvl(nullif(id % 2, 1), length(llama_sentiment(text))) | 500",
        "ifnull(if(id < 50, 'a', NULL), llama_sentiment(text)) | 950",
        "nvl2(if(id < 50, 'a', NULL), llama_sentiment(text), 'b') | 50",
        "id < 900 OR llama_sentiment(text) = 'x' | 100",
        "id < 50 AND llama_sentiment(text) = 'x' | 50",
        "CASE WHEN id < 50 THEN llama_sentiment(concat(id, llama_translate(text, 'fr'))) END | 100",
        "CASE WHEN if(id < 50, NULL, true) THEN llama_sentiment(text) END | 950",
        "CASE WHEN id > (SELECT 949) THEN llama_sentiment(text) END | 50",
        "CASE WHEN rand() < 2 THEN llama_sentiment(text) END | 1000",
        "if(id = 0, 0, 1 / id + length(if(id = 0 OR 1 / id > 0.5, llama_sentiment(text), 'b'))) | 1"
      })
  void askRowsThatABranchNeeds(String expression, long requests) {
    check("SELECT " + expression + " FROM posts", requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id, s FROM (SELECT id, llama_sentiment(text) s FROM posts) WHERE id < 50 OR s <> 'x' | 1000",
        "SELECT CASE WHEN id < 50 THEN llama_sentiment(text) END FROM posts WHERE CASE WHEN id >= 40 THEN llama_sentiment(text) <> 'x' ELSE true END | 1000",
        "SELECT CASE WHEN id < 20 THEN s END, CASE WHEN id > 990 THEN s END FROM (SELECT id, llama_sentiment(text) s FROM posts) | 29"
      })
  void askRowsOnceThatSeveralUsesNeed(String query, long requests) {
    check(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT llama_sentiment(text) FROM posts LIMIT 10 | 10",
        "SELECT id, upper(llama_sentiment(text)) FROM posts LIMIT 10 OFFSET 5 | 10",
        "SELECT llama_sentiment(concat(id, llama_translate(text, 'fr'))) FROM posts LIMIT 10 | 20",
        "SELECT llama_sentiment(text) FROM posts WHERE id % 100 = 7 LIMIT 10 | 10",
        "SELECT llama_sentiment(text) FROM posts ORDER BY id DESC LIMIT 10 | 10",
        "SELECT llama_sentiment(text), id % 7 k FROM posts ORDER BY k, id LIMIT 10 | 10",
        "SELECT count(s) FROM (SELECT llama_sentiment(text) s FROM posts LIMIT 10) | 10",
        "SELECT llama_sentiment(text) s FROM posts ORDER BY s LIMIT 10 | 1000",
        "SELECT llama_sentiment(text) FROM posts LIMIT 0 | 0"
      })
  void askRowsThatALimitLeaves(String query, long requests) {
    checkAdaptive(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id, llama_sentiment(text) FROM posts ORDER BY id | 1000",
        "SELECT id, llama_sentiment(text) s FROM posts ORDER BY s, id | 1000",
        "SELECT id FROM posts ORDER BY llama_sentiment(text), id DESC | 1000",
        "SELECT id FROM (SELECT id, llama_sentiment(text) s FROM posts) WHERE s <> 'x' ORDER BY id | 1000",
        "SELECT llama_sentiment(text) s FROM posts SORT BY s | 1000",
        "SELECT llama_sentiment(text) s FROM posts DISTRIBUTE BY s SORT BY s | 1000",
        "SELECT /*+ REPARTITION_BY_RANGE(3, s) */ s FROM (SELECT llama_sentiment(text) s FROM posts) | 1000",
        "SELECT s, count(*) c FROM (SELECT llama_sentiment(text) s FROM posts) GROUP BY s ORDER BY c, s | 1000"
      })
  void askOnceWhereRowsAreSorted(String query, long requests) {
    checkAdaptive(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT llama_sentiment(text), count(*) FROM posts GROUP BY llama_sentiment(text) | 1000",
        "SELECT s, count(*) FROM (SELECT llama_sentiment(text) s FROM posts) GROUP BY s | 1000",
        "SELECT DISTINCT llama_sentiment(text) FROM posts | 1000",
        "SELECT max(llama_sentiment(text)) FROM posts HAVING count(*) > 1 | 1000",
        "SELECT id % 10 k FROM posts GROUP BY k HAVING max(llama_sentiment(text)) <> 'x' | 1000",
        "SELECT id % 10 k FROM posts GROUP BY k HAVING llama_sentiment(max(text)) <> 'x' | 10",
        "SELECT llama_sentiment(max(text)) FROM posts GROUP BY id % 10 | 10",
        "SELECT id % 10 k, llama_sentiment(concat('a', id % 10)) FROM posts GROUP BY id % 10 | 10",
        "SELECT count(llama_sentiment(text)) FILTER (WHERE id < 50) FROM posts | 50",
        "SELECT count(DISTINCT llama_sentiment(text)), count(DISTINCT id) FROM posts | 1000",
        "SELECT id % 2, s, count(*) FROM (SELECT id, llama_sentiment(text) s FROM posts) GROUP BY CUBE(id % 2, s) | 1000",
        "SELECT id % 2, id % 3, count(llama_sentiment(text)) FROM posts GROUP BY GROUPING SETS ((id % 2), (id % 3)) | 1000",
        "SELECT * FROM (SELECT id % 3 k, llama_sentiment(text) s FROM posts) PIVOT (max(s) FOR k IN (0, 1)) | 1000",
        "SELECT * FROM (SELECT id, id % 3 k, llama_sentiment(text) s FROM posts) PIVOT (count(id) FOR s IN ('positive', 'negative')) | 1000",
        "SELECT row_number() OVER (PARTITION BY llama_sentiment(text) ORDER BY id) FROM posts | 1000",
        "SELECT rank() OVER (PARTITION BY id % 3 ORDER BY llama_sentiment(text)) FROM posts | 1000",
        "SELECT lag(llama_sentiment(text)) OVER (ORDER BY id) FROM posts | 1000",
        "SELECT word FROM posts LATERAL VIEW explode(split(llama_sentiment(text), 'i')) AS word | 1000",
        "SELECT llama_sentiment(word) FROM posts LATERAL VIEW explode(array(text, concat(text, '!'))) AS word | 2000",
        "SELECT stack(2, llama_sentiment(text), text) FROM posts | 1000"
      })
  void askOnceForGroupsAndWindows(String query, long requests) {
    check(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT llama_sentiment(text) FROM posts UNION ALL SELECT text FROM posts | 1000",
        "SELECT llama_sentiment(text) FROM posts UNION SELECT text FROM posts | 1000",
        "SELECT llama_sentiment(text) FROM posts INTERSECT SELECT 'positive' | 1000",
        "SELECT llama_sentiment(text) FROM posts EXCEPT SELECT 'positive' | 1000",
        "SELECT a.id FROM posts a JOIN posts b ON a.id = b.id AND llama_sentiment(a.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a JOIN posts b ON llama_sentiment(a.text) = b.text | 1000",
        "SELECT llama_sentiment(a.text) FROM posts a JOIN posts b ON a.id = b.id AND llama_sentiment(a.text) <> 'x' | 1000",
        "SELECT llama_sentiment(b.text) FROM posts a RIGHT JOIN (SELECT * FROM posts WHERE llama_sentiment(text) <> 'x') b ON a.id = b.id | 1000",
        "SELECT a.id FROM posts a JOIN posts b ON a.text = b.text AND llama_sentiment(a.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a LEFT SEMI JOIN posts b ON a.text = b.text AND llama_sentiment(b.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a LEFT JOIN posts b ON a.id = b.id AND llama_sentiment(a.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a LEFT JOIN posts b ON a.id = b.id AND a.id < 50 AND llama_sentiment(a.text) <> 'x' | 50",
        "SELECT a.id FROM posts a FULL JOIN posts b ON a.id = b.id AND llama_sentiment(b.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a LEFT SEMI JOIN posts b ON a.id = b.id AND llama_sentiment(b.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a LEFT ANTI JOIN posts b ON a.id = b.id AND llama_sentiment(a.text) <> 'x' | 1000",
        "SELECT a.id FROM posts a JOIN posts b ON a.id = b.id AND llama_sentiment(concat(a.text, b.id)) <> 'x' | 1000",
        "SELECT a.id FROM posts a, posts b WHERE a.id = b.id + 1 AND b.id < 50 AND llama_sentiment(concat(a.text, b.id)) <> 'x' | 50",
        "SELECT a.id, b.id FROM posts a LEFT JOIN posts b ON a.id <= b.id AND b.id < a.id + 2 AND b.id < 10 AND llama_sentiment(concat(a.text, b.text)) = 'positive' | 19",
        "SELECT a.id, b.id FROM posts b RIGHT JOIN posts a ON a.id <= b.id AND b.id < a.id + 2 AND b.id < 10 AND llama_sentiment(concat(a.text, b.text)) = 'positive' | 19",
        "SELECT a.id FROM posts a LEFT SEMI JOIN posts b ON a.id <= b.id AND b.id < a.id + 2 AND b.id < 10 AND llama_sentiment(concat(a.text, b.text)) = 'positive' | 19",
        "SELECT a.id FROM posts a LEFT ANTI JOIN posts b ON a.id <= b.id AND b.id < a.id + 2 AND b.id < 10 AND llama_sentiment(concat(a.text, b.text)) = 'positive' | 19",
        "SELECT a.id, a.id < 20 OR EXISTS (SELECT 1 FROM posts b WHERE a.id <= b.id AND b.id < a.id + 2 AND b.id < 10 AND llama_sentiment(concat(a.text, b.text)) = 'positive') FROM posts a | 19",
        "SELECT a.id, s FROM posts a FULL JOIN (SELECT id, llama_sentiment(text) s FROM posts) b ON a.id < b.id AND a.id > 990 | 1000",
        "SELECT /*+ SHUFFLE_REPLICATE_NL(a) */ count(s) FROM (SELECT llama_sentiment(text) s FROM posts) a CROSS JOIN (SELECT id FROM posts WHERE id < 9) | 1000"
      })
  void askOnceForSetsAndJoins(String query, long requests) {
    checkAdaptive(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT count(*) FROM posts WHERE id IN (SELECT id FROM posts WHERE id < 20 AND llama_sentiment(text) <> 'x') | 20",
        "SELECT count(*) FROM posts WHERE llama_sentiment(text) IN (SELECT text FROM posts) | 1000",
        "SELECT count(*) FROM posts WHERE llama_sentiment(text) NOT IN (SELECT text FROM posts) | 1000",
        "SELECT id < 50 OR llama_sentiment(text) IN (SELECT text FROM posts) FROM posts | 1000",
        "SELECT (SELECT max(llama_sentiment(text)) FROM posts) FROM posts | 1000",
        "SELECT (SELECT max(llama_sentiment(text)) FROM posts), (SELECT max(llama_sentiment(text)) FROM posts) FROM posts | 1000",
        "SELECT (SELECT max(llama_sentiment(b.text)) FROM posts b WHERE b.id = a.id) FROM posts a | 1000",
        "SELECT id FROM posts a WHERE EXISTS (SELECT 1 FROM posts b WHERE b.id = a.id AND llama_sentiment(a.text) <> 'x') | 1000",
        "SELECT id FROM posts a WHERE EXISTS (SELECT 1 FROM posts b WHERE b.id = a.id AND llama_sentiment(b.text) <> 'x') | 1000",
        "SELECT id FROM posts a WHERE EXISTS (SELECT 1 FROM posts b WHERE llama_sentiment(b.text) = a.text) | 1000",
        "SELECT id FROM posts a WHERE NOT EXISTS (SELECT 1 FROM posts b WHERE b.id = a.id AND llama_sentiment(b.text) = a.text) | 1000"
      })
  void askOnceForSubqueries(String query, long requests) {
    checkAdaptive(query, requests);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WITH c AS (SELECT id, llama_sentiment(text) s FROM posts) SELECT s FROM c | 1000",
        "WITH c AS (SELECT id, llama_sentiment(text) s FROM posts) SELECT a.s FROM c a JOIN c b ON a.id = b.id + 1 WHERE a.s <> 'x' | 1000",
        "WITH c AS (SELECT id, llama_sentiment(text) s FROM posts) SELECT s FROM c WHERE id < 20 UNION ALL SELECT s FROM c WHERE id > 980 | 39",
        "WITH c AS (SELECT id, llama_sentiment(text) s FROM posts) SELECT id FROM c WHERE s = (SELECT max(s) FROM c) | 1000",
        "WITH c AS (SELECT id, llama_sentiment(text) s FROM posts), d AS (SELECT * FROM c WHERE s <> 'x') SELECT count(*) FROM c JOIN d ON c.id = d.id | 1000",
        "SELECT a.s, b.s FROM (SELECT id, llama_sentiment(text) s FROM posts) a JOIN (SELECT id, llama_sentiment(text) s FROM posts) b ON a.id = b.id | 1000"
      })
  void askOnceForWhatIsUsedTwice(String query, long requests) {
    TestSession.with(
        "spark.sql.autoBroadcastJoinThreshold",
        "-1",
        () -> {
          checkAdaptive(query, requests);
          return null;
        });
  }

  private static void check(String query, long requests) {
    long before = TestSession.requests();
    TestSession.sql(query);
    assertThat(TestSession.requests() - before).isEqualTo(requests);
  }

  /** The same count with and without adaptive execution, and the same rows. */
  private static void checkAdaptive(String query, long requests) {
    List<List<Row>> rows =
        List.of("true", "false").stream()
            .map(
                adaptive ->
                    TestSession.with(
                        "spark.sql.adaptive.enabled",
                        adaptive,
                        () -> {
                          long before = TestSession.requests();
                          List<Row> result = TestSession.sql(query);
                          assertThat(TestSession.requests() - before)
                              .as("requests, adaptive %s", adaptive)
                              .isEqualTo(requests);
                          return result;
                        }))
            .collect(Collectors.toList());
    if (!query.contains("LIMIT")) {
      assertThat(rows.get(0)).containsExactlyInAnyOrderElementsOf(rows.get(1));
    }
  }
}
