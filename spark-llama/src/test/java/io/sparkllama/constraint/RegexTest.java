package io.sparkllama.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

  private static final int TEXTS = 20_000;
  private static final String[] ALPHABET = {
    "a", "b", "c", "1", "2", "-", ".", "é", "日", "🙂", "\n"
  };

  /** Java's own regular expressions are the judge. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "a|b|cc",
        "(a|b)*c",
        "a?b+c*",
        "[ab]{2,4}",
        "[^ab]{1,3}",
        "(?:ab){2}|c{3,}",
        ".*",
        "a.c",
        "\\d{1,3}-\\d",
        "\\w+\\.\\w*",
        "[a-c1-]+",
        "[^\\d]*",
        "\\D\\W?",
        "(a|ab)(c|bcd)*",
        "((a?b)?c)*",
        "é+[日-本]?",
        "[a-🙂]{2}",
        "[^a]🙂",
        "\\s?a\\S",
        "(a*)*b",
        "^a(b|c)$",
        "a\\$?",
        "(|a)b",
        "\\.\\-"
      })
  void matchesWhatJavaMatches(String pattern) {
    Answers answers = new Answers(new Regex(pattern));
    Pattern judge = Pattern.compile(pattern);
    Random random = new Random(1);
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length > 0; length--) {
        text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
      }
      assertThat(answers.include(text.toString()))
          .as("%s in %s", text, pattern)
          .isEqualTo(judge.matcher(text).matches());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a(b ~ an open group",
        "ab) ~ a ) that closes nothing",
        "[a-z ~ an open class",
        "a{2,1} ~ a damaged quantifier",
        "a{x} ~ no usable count",
        "a{999999} ~ no usable count",
        "*a ~ a * without what it belongs to",
        "a+? ~ a quantifier behind another",
        "a^b ~ an anchor inside",
        "(?=a)b ~ a group of another kind",
        "(a)\\1 ~ the escape \\1",
        "\\bword ~ the escape \\b",
        "\\p{L} ~ the escape \\p",
        "[z-a] ~ a damaged range",
        "[[:alpha:]] ~ a [ in a class",
        "a\\ ~ a backslash at the end"
      })
  void refusesWhatItDoesNotKnow(String pattern, String found) {
    assertThatThrownBy(() -> new Regex(pattern))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("Invalid regular expression at character ")
        .hasMessageContaining("found " + found + ", expected ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "^$", "a{0}", "()"})
  void refusesAnExpressionWithoutAnAnswer(String pattern) {
    assertThatThrownBy(() -> new Regex(pattern))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("no text satisfies");
  }
}
