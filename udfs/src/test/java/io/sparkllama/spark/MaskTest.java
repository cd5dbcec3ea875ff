package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.engine.Engines;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules mask in queries, and what the model is asked then. */
class MaskTest {

  private static final String PERSONAL =
      "(SELECT id, concat('Row ', id, ': ann@example.org, +49 30 123456, (650) 253-0000,"
          + " DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, 192.0.2.1 on 2026-11-29')"
          + " AS text FROM range(0, 40, 1, 2))";

  @Test
  void labelsThatRulesKnowCostNoRequestAndNoEngine() {
    int openings = Engines.shared().openings();
    TestSession.with(
        "spark.llama.slots",
        "13",
        () -> {
          List<Row> rows =
              TestSession.sql(
                  "SELECT id, llama_mask(text, array('email', 'Phone Numbers', 'IBAN',"
                      + " 'credit card', 'ip_address'), region => 'us') FROM "
                      + PERSONAL);
          assertThat(rows)
              .hasSize(40)
              .allSatisfy(
                  row ->
                      assertThat(row.getString(1))
                          .isEqualTo(
                              "Row %d: [MASKED], [MASKED], [MASKED], [MASKED], [MASKED], [MASKED]"
                                      .formatted(row.getLong(0))
                                  + " on 2026-11-29"));
          return null;
        });
    assertThat(Engines.shared().openings()).isEqualTo(openings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array('email', 'ip') | 0",
        "array('email', 'person') | 40",
        "array('person', 'city') | 40"
      })
  void theModelIsAskedForTheRest(String labels, long requests) {
    String query = "SELECT llama_mask(text, " + labels + ") FROM " + PERSONAL;
    Row estimate =
        TestSession.sql("SELECT * FROM llama_estimate('" + query.replace("'", "\\'") + "')").get(0);
    assertThat(TestSession.requests(() -> TestSession.sql(query))).isEqualTo(requests);
    assertThat(estimate.<Long>getAs("requests")).isEqualTo(requests);
    assertThat(estimate.<Long>getAs("rows")).isEqualTo(40);
  }

  /** Of a long text masked by a rule the model reads less, so that it fits. */
  @Test
  void theModelReadsWhatRulesLeave() {
    String text = "repeat('a.very.long.name.of.nobody@a.very.long.domain.example.org ', 60)";
    Row row =
        TestSession.sql(
                "SELECT llama_try_mask(%s, array('person')).error, llama_try_mask(%s, array('person', 'email')).value"
                    .replace("%s", text))
            .get(0);
    assertThat(row.getString(0)).contains("Cannot fit the text");
    assertThat(row.getString(1)).isEqualTo("[MASKED] ".repeat(60));
  }

  @Test
  void rulesReadTextsOfAnyLength() {
    Row row =
        TestSession.sql(
                "SELECT llama_mask(concat(repeat('word ', 100000), 'ann@example.org'), array('email'))")
            .get(0);
    assertThat(row.getString(0)).isEqualTo("word ".repeat(100_000) + "[MASKED]");
  }

  @Test
  void theNamesOfDatabricksHaveTheRulesToo() {
    assertThat(
            TestSession.sql("SELECT ai_mask('Ann: ann@example.org', array('email'))")
                .get(0)
                .getString(0))
        .isEqualTo("Ann: [MASKED]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_mask(text, array('phone'), region => 'Germany') | found Germany, expected an ISO 3166-1 alpha-2 code",
        "llama_mask(text, array('email'), region => 'DE') | expected it only together with the label phone number"
      })
  void wrongRegionsFailTheCall(String call, String message) {
    TestSession.posts(1);
    assertThatThrownBy(() -> TestSession.get().sql("SELECT " + call + " FROM posts"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }
}
