package io.sparkllama.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {

  /** Whole numbers as JSON writes them, and with a fraction. */
  private static final Pattern NUMBER = Pattern.compile("(?!-0$)-?(0|[1-9]\\d*)(\\.\\d{1,3})?");

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},\"b\":{\"type\":\"boolean\"}}}"
            + " ~ {} {\"a\":null} {\"b\":true} {\"a\":null,\"b\":false}"
            + " ~ {\"b\":true,\"a\":null} {\"a\":null,} {,\"b\":true} {\"c\":1} []",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2}},"
            + "\"required\":[\"b\"]} ~ {\"b\":2} {\"a\":1,\"b\":2} ~ {} {\"a\":1}",
        "{\"type\":\"array\",\"items\":{\"enum\":[1,\"x\"]},\"minItems\":1,\"maxItems\":2}"
            + " ~ [1] [\"x\",1] ~ [] [1,1,1] [1,] [x]",
        "{\"type\":\"array\",\"items\":{\"const\":1},\"maxItems\":0} ~ [] ~ [1]",
        "{\"type\":[\"boolean\",\"null\"]} ~ true false null ~ \"true\" 1",
        "{\"type\":\"string\",\"nullable\":true,\"maxLength\":2}"
            + " ~ null \"\" \"é日\" \"🙂🙂\" \"\\\\\\\"\" ~ \"abc\" \"\\x\" \"🙂🙂🙂\" nul",
        "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":5,\"maximum\":12},{\"type\":\"boolean\"}]}"
            + " ~ 5 9 10 12 true ~ 4 13 05 5.0 1",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"enum\":[\"y\"],\"type\":\"string\"}}}"
            + " ~ \"y\" ~ y",
        "{\"type\":\"string\",\"pattern\":\"^[a-b\\\"]{2}$\"} ~ \"ab\" \"\\\"a\" ~ \"a\" \"\"a\"",
        "{\"type\":\"string\",\"format\":\"date-time\"}"
            + " ~ \"2024-02-29T23:59:59Z\" \"0001-01-01T00:00:00.123456+05:30\""
            + " ~ \"2023-02-29T23:59:59Z\" \"2024-01-01T24:00:00Z\" \"2024-01-01T00:00:00\"",
        "{\"type\":\"string\",\"format\":\"local-date-time\"}"
            + " ~ \"2024-02-29T23:59:59\" ~ \"2024-02-29T23:59:59Z\" \"2024-02-29\"",
        "{\"enum\":[1,\"1\",null],\"type\":[\"string\",\"null\"]} ~ \"1\" null ~ 1",
        "{\"type\":\"number\",\"multipleOf\":0.01,\"exclusiveMinimum\":-10,\"exclusiveMaximum\":10}"
            + " ~ 0 9.99 -9.99 -0.5 3.1 ~ 10 -10 1.234 -0 .5 1. 01 1e3"
      })
  void describesThese(String schema, String included, String excluded) {
    Answers answers = new Answers(new JsonSchema(schema));
    assertThat(included.split(" ")).allMatch(answers::include);
    assertThat(excluded.split(" ")).noneMatch(answers::include);
  }

  @Test
  void includesTheDaysThatExist() {
    Answers answers = new Answers(new JsonSchema("{\"type\":\"string\",\"format\":\"date\"}"));
    for (int year : new int[] {0, 1, 4, 96, 100, 200, 400, 1000, 1900, 2000, 2023, 2024, 9999}) {
      for (int month = 0; month <= 13; month++) {
        for (int day = 0; day <= 32; day++) {
          String text = "\"%04d-%02d-%02d\"".formatted(year, month, day);
          assertThat(answers.include(text))
              .as(text)
              .isEqualTo(year > 0 && exists(year, month, day));
        }
      }
    }
  }

  private static boolean exists(int year, int month, int day) {
    try {
      return LocalDate.of(year, month, day) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  @Test
  void boundsNumbersExactly() {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      int low = random.nextInt(2400) - 1200;
      int high = low + 1 + random.nextInt(1500);
      boolean whole = random.nextBoolean();
      boolean including = random.nextBoolean();
      String schema =
          "{\"type\":\"%s\",\"multipleOf\":%s,\"%s\":%d,\"%s\":%d}"
              .formatted(
                  whole ? "integer" : "number",
                  whole ? "1" : "0.001",
                  including ? "minimum" : "exclusiveMinimum",
                  low,
                  including ? "maximum" : "exclusiveMaximum",
                  high);
      if (!whole || including || high - low > 1) {
        compare(new Answers(new JsonSchema(schema)), low, high, whole, including, random);
      }
    }
  }

  private static void compare(
      Answers answers, int low, int high, boolean whole, boolean including, Random random) {
    for (int i = 0; i < 300; i++) {
      String text = Integer.toString((random.nextBoolean() ? low : high) + random.nextInt(5) - 2);
      if (random.nextInt(3) > 0) {
        text += new String[] {".5", ".001", ".99", ".9999", "."}[random.nextInt(5)];
      }
      int least = including ? 0 : 1;
      boolean inside =
          NUMBER.matcher(text).matches()
              && new BigDecimal(text).compareTo(BigDecimal.valueOf(low)) >= least
              && BigDecimal.valueOf(high).compareTo(new BigDecimal(text)) >= least
              && !(whole && text.contains("."));
      assertThat(answers.include(text)).as("%s in %d to %d", text, low, high).isEqualTo(inside);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"uniqueItems\":true}}}"
            + " ~ at $.properties.a: found the keyword uniqueItems, expected only $ref, anyOf, const",
        "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"contains\":{}}}"
            + " ~ at $.items: found the keyword contains",
        "{\"oneOf\":[{\"type\":\"null\"}]} ~ at $: found the keyword oneOf",
        "{\"anyOf\":[{\"type\":\"text\"}]} ~ at $.anyOf[0]: found an unknown type",
        "{\"type\":\"string\",\"format\":\"email\"} ~ found an unknown format, expected date, date-time",
        "{\"type\":\"string\",\"pattern\":\"a+\"} ~ found a pattern for part of the string",
        "{\"type\":\"string\",\"pattern\":\"^a\\\\1$\"} ~ Invalid regular expression",
        "{\"type\":\"string\",\"format\":\"date\",\"maxLength\":3} ~ found more than one of pattern",
        "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2} ~ found minLength above maxLength",
        "{\"type\":\"string\",\"maxLength\":-1} ~ found maxLength that is no count",
        "{\"type\":\"array\",\"items\":true} ~ at $.items: found something else, expected a schema",
        "{\"type\":\"integer\",\"minimum\":0.5} ~ found minimum with a fraction",
        "{\"type\":\"integer\",\"minimum\":5,\"maximum\":4} ~ found no number between 5 and 4",
        "{\"type\":\"number\",\"multipleOf\":0.25} ~ found multipleOf of another kind",
        "{\"type\":\"integer\",\"minimum\":1,\"exclusiveMinimum\":1} ~ found minimum and exclusive",
        "{\"type\":\"object\",\"properties\":{},\"required\":[\"a\"]} ~ something that is no property",
        "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"null\"}} ~ neither true nor false",
        "{\"$ref\":\"#\"} ~ found $ref to a schema that it is part of",
        "{\"$ref\":\"#/$defs/x\"} ~ found $ref to a place that is not there",
        "{\"$ref\":\"http://x/y\"} ~ found $ref to elsewhere",
        "{} ~ at $: found no type, expected one of type, enum, const, anyOf and $ref",
        "{\"enum\":[1],\"type\":\"string\"} ~ found no value of its own type",
        "{\"enum\":[]} ~ found enum that is no list or an empty one",
        "[] ~ found something else, expected a schema",
        "{\"type\":\"null\",\"type\":\"null\"} ~ Invalid JSON schema: no JSON from line 1, column",
        "{\"type\": ~ Invalid JSON schema: no JSON from line 1, column"
      })
  void refusesOthersByKeywordAndPath(String schema, String message) {
    assertThatThrownBy(() -> new JsonSchema(schema))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 5000})
  void refusesSchemasThatAreTooDeep(int depth) {
    String schema =
        "{\"type\":\"array\",\"items\":".repeat(depth) + "{\"type\":\"null\"}" + "}".repeat(depth);
    assertThatThrownBy(() -> new JsonSchema(schema))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("Invalid JSON schema");
  }

  /** Each level refers to the next twice. */
  @Test
  void refusesASchemaThatUnfoldsWithoutBounds() {
    StringBuilder schema = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
    for (int i = 0; i < 25; i++) {
      String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
      schema.append(
          "\"d%d\":{\"type\":\"object\",\"properties\":{\"a\":%s,\"b\":%s},\"required\":[\"a\",\"b\"]},"
              .formatted(i, next, next));
    }
    schema.append("\"d25\":{\"type\":\"null\"}}}");
    assertThatThrownBy(() -> new JsonSchema(schema.toString()))
        .isInstanceOf(RequestException.class);
  }
}
