package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which settings count: those of the session when a query is analyzed. */
class SettingsTest {

  private static final String MODEL = "spark.llama.model";
  private static final String QUERY =
      "SELECT id, llama_generate(concat('post number ', id), 12) FROM range(0, 20, 1, 2)";

  private final SparkSession session = TestSession.get();

  @AfterEach
  void restore() {
    session.conf().set(MODEL, TestSession.MODEL);
    session.catalog().clearCache();
  }

  @Test
  void aPlanKeepsTheSettingsThatItWasMadeWith() {
    Dataset<Row> query = session.sql(QUERY);
    List<Row> expected = session.sql(QUERY).collectAsList();
    session.conf().set(MODEL, TestSession.otherModel());
    assertThat(query.collectAsList()).isEqualTo(expected);
    assertThat(session.sql(QUERY).collectAsList()).isNotEqualTo(expected);
  }

  @Test
  void aViewIsAnalyzedAnewWhereItIsUsed() {
    session.sql("CREATE OR REPLACE TEMP VIEW answers AS " + QUERY);
    List<Row> first = session.sql("SELECT * FROM answers").collectAsList();
    session.conf().set(MODEL, TestSession.otherModel());
    assertThat(session.sql("SELECT * FROM answers").collectAsList())
        .isEqualTo(session.sql(QUERY).collectAsList())
        .isNotEqualTo(first);
  }

  @Test
  void cachedAnswersAreThoseOfTheirSettingsOnly() {
    Dataset<Row> cached = session.sql(QUERY).cache();
    List<Row> expected = cached.collectAsList();
    assertThat(TestSession.requests(() -> session.sql(QUERY).collectAsList())).isZero();
    session.conf().set(MODEL, TestSession.otherModel());
    assertThat(session.sql(QUERY).collectAsList()).isNotEqualTo(expected);
    assertThat(cached.collectAsList()).isEqualTo(expected);
  }

  @Test
  void sessionsOfOneApplicationHaveModelsOfTheirOwn() {
    SparkSession other = session.newSession();
    other.conf().set(MODEL, TestSession.otherModel());
    List<Row> ofOther = other.sql(QUERY).collectAsList();
    List<Row> ofFirst = session.sql(QUERY).collectAsList();
    assertThat(ofFirst).isNotEqualTo(ofOther);
    assertThat(other.sql(QUERY).collectAsList()).isEqualTo(ofOther);
    assertThat(session.sql(QUERY).collectAsList()).isEqualTo(ofFirst);
  }
}
