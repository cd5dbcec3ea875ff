package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structs of exactly the type that a call names, whatever the model would rather write. */
class ExtractTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "array('person', 'city') | STRUCT<person: STRING, city: STRING>",
        "map('person', 'first name', 'e-mail address', 'if any') | STRUCT<person: STRING COMMENT 'first name', `e-mail address`: STRING COMMENT 'if any'>",
        "'name STRING, age INT' | STRUCT<name: STRING, age: INT>",
        "'STRUCT<name: STRING, age: INT>' | STRUCT<name: STRING, age: INT>",
        "'a BOOLEAN NOT NULL, b TINYINT NOT NULL, c SMALLINT NOT NULL, d BIGINT NOT NULL' | STRUCT<a: BOOLEAN NOT NULL, b: TINYINT NOT NULL, c: SMALLINT NOT NULL, d: BIGINT NOT NULL>",
        "'e FLOAT NOT NULL, f DOUBLE NOT NULL, g DECIMAL(10,2) NOT NULL, h DATE NOT NULL' | STRUCT<e: FLOAT NOT NULL, f: DOUBLE NOT NULL, g: DECIMAL(10,2) NOT NULL, h: DATE NOT NULL>",
        "'i TIMESTAMP NOT NULL, j TIMESTAMP_NTZ NOT NULL' | STRUCT<i: TIMESTAMP NOT NULL, j: TIMESTAMP_NTZ NOT NULL>",
        "'items ARRAY<STRUCT<name: STRING, price: DOUBLE>>' | STRUCT<items: ARRAY<STRUCT<name: STRING, price: DOUBLE>>>",
        "'{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}, \"on\": {\"type\": \"string\", \"format\": \"date\"}, \"kind\": {\"enum\": [\"a\", \"b\"]}, \"tags\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"maxItems\": 2}}, \"required\": [\"n\", \"on\", \"kind\", \"tags\"]}' | STRUCT<n: BIGINT NOT NULL, on: DATE NOT NULL, kind: STRING NOT NULL, tags: ARRAY<STRING> NOT NULL>"
      })
  void everyRowHasTheTypeOfTheCall(String schema, String type) {
    TestSession.posts(4);
    Dataset<Row> rows =
        TestSession.get()
            .sql(
                "SELECT llama_extract(text, %s, max_tokens => 120) AS found FROM posts"
                    .formatted(schema));
    assertThat(rows.schema().apply("found").dataType().sql()).isEqualTo(type);
    List<Row> found = rows.collectAsList();
    assertThat(found).hasSize(4).noneMatch(row -> row.isNullAt(0));
    if (type.contains("NOT NULL")) {
      assertThat(found)
          .allSatisfy(
              row -> {
                Row fields = row.getStruct(0);
                for (int i = 0; i < fields.size(); i++) {
                  assertThat(fields.get(i)).isNotNull();
                }
              });
    }
  }

  @Test
  void sampledAnswersFitToo() {
    List<Row> rows =
        TestSession.sql(
            "SELECT llama_extract('Ann is 31.', 'name STRING, age INT, born DATE', temperature => 3,"
                + " seed => 7).age IS NULL OR true, llama_try_extract(' ', 'name STRING').value");
    assertThat(rows.get(0).getBoolean(0)).isTrue();
    assertThat(rows.get(0).isNullAt(1)).isTrue();
  }

  @Test
  void structsGoThroughOperatorsAndTables() {
    TestSession.posts(3);
    List<Row> rows =
        TestSession.sql(
            "SELECT sum(size(x.items)), count(x.total) FROM (SELECT llama_extract(text,"
                + " 'items ARRAY<STRING> NOT NULL, total DECIMAL(6,2) NOT NULL') AS x FROM posts)");
    assertThat(rows.get(0).getLong(1)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'name STRING age INT' | found columns that do not parse",
        "'nonsense' | found columns that do not parse",
        "'INT' | found a type that is no struct",
        "'tags MAP<STRING, STRING>' | Cannot extract the field tags: found the type MAP<STRING, STRING>",
        "'a STRUCT<b: BINARY>' | Cannot extract the field a.b: found the type BINARY",
        "'a STRING, A INT' | twice",
        "array() | found 0 labels, expected 1 to 500",
        "array('a', 'a') | found the label a twice",
        "text | found an expression that is not constant",
        "'{' | found a JSON schema that cannot be used",
        "'{\"type\": \"string\"}' | expected an object",
        "'{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"contains\": 1}}}' | $.properties.a",
        "'{\"type\": \"object\", \"properties\": {\"a\": {\"type\": [\"string\", \"integer\"]}}}' | expected one type",
        "'a STRING', stop => 'x' | found an unknown argument stop"
      })
  void wrongSchemasFailBeforeAnyTaskStarts(String schema, String message) {
    TestSession.posts(1);
    assertThatThrownBy(
            () -> TestSession.get().sql("SELECT llama_extract(text, " + schema + ") FROM posts"))
        .hasMessageContaining(message);
  }
}
