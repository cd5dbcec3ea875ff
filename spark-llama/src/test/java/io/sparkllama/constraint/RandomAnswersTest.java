package io.sparkllama.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.testing.Schemas;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a model prefers, and however few tokens there are, the answer is a value of the schema.
 */
class RandomAnswersTest {

  private static final int SCHEMAS = 300;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @TempDir private Path folder;

  @Test
  void theJudgeSeesWhatIsWrong() {
    String date = "{\"type\":\"string\",\"format\":\"date\"}";
    assertThat(Schemas.errors(date, "\"2023-02-28\"")).isEmpty();
    assertThat(Schemas.errors(date, "\"2023-02-29\"")).isNotEmpty();
    assertThat(Schemas.errors("{\"type\":\"string\",\"maxLength\":2}", "\"abc\"")).isNotEmpty();
  }

  @Test
  void answersAreValuesOfTheSchemaInAByteLevelVocabulary() {
    answersAreValuesOfTheSchema(Vocabularies.byteLevel());
  }

  @Test
  void answersAreValuesOfTheSchemaInASentencePieceVocabulary() {
    answersAreValuesOfTheSchema(Vocabularies.sentencePiece(folder));
  }

  private static void answersAreValuesOfTheSchema(ModelPackage model) {
    Random random = new Random(1);
    int size = model.architecture().vocabularySize();
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      Constraints constraints = new Constraints(model, tokenizer);
      for (int i = 0; i < SCHEMAS; i++) {
        String schema = Schemas.random(random);
        JsonSchema constraint = new JsonSchema(schema);
        int least = leastRoom(constraints, constraint);
        for (int room : new int[] {least, least + 1 + random.nextInt(8), least + 60, 400}) {
          String text = answer(constraints.begin(constraint, room), room, size, random);
          assertThatCode(() -> JSON.readTree(text))
              .as("%s of %s", text, schema)
              .doesNotThrowAnyException();
          assertThat(Schemas.errors(schema, text)).as("%s of %s", text, schema).isEmpty();
        }
      }
    }
  }

  /** The least room that is not refused. */
  private static int leastRoom(Constraints constraints, JsonSchema constraint) {
    for (int room = 0; ; room++) {
      try {
        constraints.begin(constraint, room);
        return room;
      } catch (RequestException e) {
        assertThat(e).hasMessageContaining("found room for " + room + " tokens");
      }
    }
  }

  /** Takes tokens at random; stop ids are less likely by far than all others together. */
  private static String answer(ConstraintCursor cursor, int room, int size, Random random) {
    float[] scores = new float[size];
    int taken = 0;
    while (!cursor.ended()) {
      for (int token = 0; token < size; token++) {
        scores[token] = random.nextFloat();
      }
      int best = cursor.best(scores.clone());
      cursor.keepAllowed(scores);
      assertThat(scores[best]).isFinite();
      assertThat(cursor.allows(best)).isTrue();
      cursor.accept(best);
      taken++;
    }
    assertThat(taken).isBetween(1, room);
    return cursor.text();
  }
}
