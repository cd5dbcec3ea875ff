package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.functions.LlamaFunction;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names and signatures that Databricks documents. */
class AiFunctionsTest {

  @Test
  void areThereWhenTheApplicationAsksForThem() {
    SparkConf conf = new SparkConf(false);
    assertThat(LlamaExtensions.functions(conf))
        .extracting(LlamaFunction::name)
        .allMatch(name -> name.startsWith("llama_"));
    assertThat(LlamaExtensions.functions(conf.set("spark.llama.aiFunctions", "true")))
        .extracting(LlamaFunction::name)
        .contains("ai_classify", "ai_query", "llama_classify");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ai_analyze_sentiment(text) | STRING",
        "ai_classify(text, array('urgent', 'not urgent')) | STRING",
        "ai_extract(text, array('person', 'city')) | STRUCT<person: STRING, city: STRING>",
        "ai_fix_grammar(text) | STRING",
        "ai_gen(text) | STRING",
        "ai_mask(text, array('person')) | STRING",
        "ai_summarize(text) | STRING",
        "ai_summarize(text, 0) | STRING",
        "ai_translate(text, 'es') | STRING",
        "ai_query('default', text) | STRING",
        "ai_query('default', text, failOnError => false) | STRUCT<result: STRING, errorMessage: STRING>",
        "ai_query('default', text, 'STRING', false) | STRUCT<result: STRING, errorMessage: STRING>",
        "ai_query('default', request => text, modelParameters => named_struct('max_tokens', 4, 'temperature', 0.7)) | STRING"
      })
  void returnWhatIsDocumented(String call, String type) {
    TestSession.posts(3);
    List<Row> rows = TestSession.sql("SELECT " + call + " AS answer FROM posts");
    assertThat(rows.get(0).schema().apply("answer").dataType().sql()).isEqualTo(type);
    assertThat(rows).hasSize(3).noneMatch(row -> row.isNullAt(0));
  }

  @Test
  void theSentimentMayBeMixed() {
    assertThat(TestSession.sql("SELECT ai_analyze_sentiment('good and bad')").get(0).getString(0))
        .isIn("positive", "negative", "neutral", "mixed");
  }

  @Test
  void anEndpointIsTheSessionsModelAPathOrANameForOne() {
    String call =
        "SELECT ai_query('%s', 'Hello', modelParameters => named_struct('max_tokens', 3))";
    Object expected = TestSession.sql(call.formatted("default")).get(0).get(0);
    assertThat(TestSession.sql(call.formatted(TestSession.MODEL)).get(0).get(0))
        .isEqualTo(expected);
    TestSession.get().conf().set("spark.llama.endpoint.mine", TestSession.MODEL);
    assertThat(TestSession.sql(call.formatted("mine")).get(0).get(0)).isEqualTo(expected);
    assertThatThrownBy(() -> TestSession.sql(call.formatted("yours")))
        .hasMessageContaining("found yours, expected default")
        .hasMessageContaining("spark.llama.endpoint.yours");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n INT NOT NULL",
        "STRUCT<n: INT NOT NULL>",
        "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}}, \"required\": [\"n\"]}",
        "{\"type\": \"json_schema\", \"json_schema\": {\"name\": \"x\", \"schema\": {\"type\": \"object\","
            + " \"properties\": {\"n\": {\"type\": \"integer\"}}, \"required\": [\"n\"]}}}"
      })
  void aResponseFormatGivesJson(String format) {
    List<Row> rows =
        TestSession.sql(
            "SELECT from_json(ai_query('default', 'How many?', responseFormat => '%s'), 'n BIGINT').n"
                .formatted(format));
    assertThat(rows.get(0).isNullAt(0)).isFalse();
  }

  @Test
  void errorsStandBesideTheResultWhenAsked() {
    Row row =
        TestSession.sql("SELECT ai_query('default', ' ', failOnError => false) AS r")
            .get(0)
            .getStruct(0);
    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getString(1)).contains("found a blank text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ai_query('default', text, 'INT') | found INT, expected STRING",
        "ai_query('default', text, modelParameters => named_struct('heat', 1)) | found an unknown argument heat",
        "ai_query(text, text) | found an expression that is not constant",
        "ai_summarize(text, -1) | found -1, expected a whole number of at least 0",
        "ai_translate(text, 'xx') | found xx, expected one of ar"
      })
  void wrongCallsFailBeforeAnyTaskStarts(String call, String message) {
    TestSession.posts(1);
    assertThatThrownBy(() -> TestSession.get().sql("SELECT " + call + " FROM posts"))
        .hasMessageContaining(message);
  }
}
