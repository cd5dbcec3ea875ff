package io.sparkllama.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.testing.Schemas;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import io.sparkllama.tokenizer.VocabularyBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokens that are allowed, against each token tried alone. */
class TokenMasksTest {

  private static final String CHARACTER =
      "(?:[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7F]|\\\\[\"\\\\bfnrt]|[\\xC2-\\xDF][\\x80-\\xBF]"
          + "|\\xE0[\\xA0-\\xBF][\\x80-\\xBF]|[\\xE1-\\xEC\\xEE\\xEF][\\x80-\\xBF]{2}"
          + "|\\xED[\\x80-\\x9F][\\x80-\\xBF]|\\xF0[\\x90-\\xBF][\\x80-\\xBF]{2}"
          + "|[\\xF1-\\xF3][\\x80-\\xBF]{3}|\\xF4[\\x80-\\x8F][\\x80-\\xBF]{2})";

  private static final ModelPackage MODEL = Vocabularies.byteLevel();

  private static LlamaTokenizer tokenizer;
  private static VocabularyBytes bytes;
  private static Constraints constraints;

  @BeforeAll
  static void open() {
    tokenizer = LlamaTokenizer.open(MODEL);
    bytes = VocabularyBytes.of(MODEL);
    constraints = new Constraints(MODEL, tokenizer);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /**
   * The judge is a regular expression of Java's over bytes as characters of Latin-1: what it has
   * read to the end may still become a text of it.
   */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "2, 3", "3, 4"})
  void areThoseThatMayStillBecomeAText(int example, int seed) {
    List<Constraint> examples =
        List.of(
            new Regex("[a-z ]{2,12}[.!]?"),
            new JsonSchema("{\"type\":\"string\",\"maxLength\":14}"),
            new JsonSchema("{\"type\":\"integer\",\"minimum\":-20,\"maximum\":1305}"),
            new Regex("(x|[0-9]+,| [a-z]*)*z"));
    List<Pattern> judges =
        List.of(
            Pattern.compile("[a-z ]{2,12}[.!]?"),
            Pattern.compile("\"" + CHARACTER + "{0,14}\""),
            Pattern.compile("-(?:20|1?[1-9]|10)|1?\\d|[2-9]\\d|[1-9]\\d\\d|1[0-2]\\d\\d|130[0-5]"),
            Pattern.compile("(?:x|[0-9]+,| [a-z]*)*z"));
    Random random = new Random(seed);
    for (int walk = 0; walk < 3; walk++) {
      ConstraintCursor cursor = constraints.begin(examples.get(example), 200);
      String text = "";
      for (int step = 0; step < 12 && !cursor.ended(); step++) {
        List<Integer> allowed = new ArrayList<>(allowed(cursor));
        assertThat(allowed).isEqualTo(judged(judges.get(example), text));
        int token = allowed.get(random.nextInt(allowed.size()));
        cursor.accept(token);
        text += latin(token);
      }
    }
  }

  @Test
  void aTextThatHasToComeIsNamedInTheTokenizersTokens() {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"integer\"}},"
            + "\"required\":[\"place\"]}";
    ConstraintCursor cursor = constraints.begin(new JsonSchema(schema), 50);
    Tokens key = tokenizer.encode("{\"place\": ");
    assertThat(cursor.forced(50)).isEqualTo(key.slice(0, cursor.forced(50).length()));
    assertThat(cursor.forced(50).length()).isGreaterThanOrEqualTo(key.length() - 1);
    assertThat(cursor.forced(2)).isEqualTo(key.slice(0, 2));
    cursor.accept(key.at(0));
    assertThat(cursor.forced(1)).isEqualTo(key.slice(1, 2));
    assertThat(constraints.begin(new Regex("[ab]+"), 9).forced(5).isEmpty()).isTrue();
  }

  private static List<Integer> judged(Pattern judge, String before) {
    Matcher whole = judge.matcher(before);
    boolean complete = whole.matches();
    return IntStream.range(0, MODEL.architecture().vocabularySize())
        .filter(
            token ->
                MODEL.controlTokens().stop().contains(token)
                    ? complete
                    : !latin(token).isEmpty() && leads(judge, before + latin(token)))
        .boxed()
        .toList();
  }

  private static boolean leads(Pattern judge, String text) {
    Matcher matcher = judge.matcher(text);
    return matcher.matches() || matcher.hitEnd();
  }

  private static String latin(int token) {
    return new String(bytes.of(token), StandardCharsets.ISO_8859_1);
  }

  @Test
  void areThoseThatAreAllowedAloneInAnySchema() {
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      JsonSchema schema = new JsonSchema(Schemas.random(random));
      ConstraintCursor cursor = constraints.begin(schema, 60 + random.nextInt(200));
      for (int step = 0; step < 25 && !cursor.ended(); step++) {
        List<Integer> alone =
            IntStream.range(0, MODEL.architecture().vocabularySize())
                .filter(cursor::allows)
                .boxed()
                .toList();
        assertThat(allowed(cursor)).isEqualTo(alone);
        cursor.accept(alone.get(random.nextInt(alone.size())));
      }
    }
  }

  private static List<Integer> allowed(ConstraintCursor cursor) {
    float[] scores = new float[MODEL.architecture().vocabularySize()];
    cursor.keepAllowed(scores);
    return IntStream.range(0, scores.length).filter(token -> scores[token] == 0).boxed().toList();
  }

  @Test
  void keysAndLabelsAreWrittenByTheTokensOfTheTokenizer() {
    JsonSchema schema =
        new JsonSchema(
            """
            {"type": "object", "properties": {"positive": {"type": "null"}},
             "required": ["positive"]}""");
    ConstraintCursor cursor = constraints.begin(schema, 30);
    List<Integer> written = new ArrayList<>();
    while (!cursor.ended()) {
      List<Integer> allowed = allowed(cursor);
      assertThat(allowed).hasSize(1);
      written.add(allowed.get(0));
      cursor.accept(allowed.get(0));
    }
    assertThat(written)
        .isEqualTo(tokenizer.encode("{\"positive\":null}").stream().boxed().toList());
  }
}
