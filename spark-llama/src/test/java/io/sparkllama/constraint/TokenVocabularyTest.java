package io.sparkllama.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A vocabulary without a token for each byte. */
class TokenVocabularyTest {

  private static final List<String> TOKENS = List.of("a", "ab", "b", "é", "xy", "ab", "", "abba");

  private final TokenVocabulary vocabulary =
      new TokenVocabulary(
          token -> TOKENS.get(token).getBytes(StandardCharsets.UTF_8),
          TOKENS.size(),
          Set.of(6),
          text -> new int[0]);

  @Test
  void writesALiteralInTheFewestTokensWhereTheTokenizerHasNoOther() {
    assertThat(steps("abab")).containsExactly(2, 1, 2, 1);
    assertThat(steps("abbab")).containsExactly(2, 1, 1, 2, 1);
    assertThat(steps("é")).containsExactly(2, 0);
    assertThat(steps("xa")).containsExactly(0, 1);
  }

  private int[] steps(String text) {
    return vocabulary.steps(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void goesNoWayThatItHasNoTokensFor() {
    CompiledConstraint constraint =
        new CompiledConstraint(new Choices(List.of("aé", "aè", "xyb", "xa")), vocabulary);
    assertThat(constraint.leastTokens()).isEqualTo(2);
    ConstraintCursor cursor = new ConstraintCursor(constraint.automaton(), 2);
    assertThat(allowed(cursor)).containsExactly(0, 4);
    cursor.accept(0);
    assertThat(allowed(cursor)).containsExactly(3);
  }

  @Test
  void tokensOfTheSameBytesAreAllowedTogether() {
    CompiledConstraint constraint = new CompiledConstraint(new Regex("[ab]{2,4}"), vocabulary);
    ConstraintCursor cursor = new ConstraintCursor(constraint.automaton(), 9);
    assertThat(allowed(cursor)).containsExactly(0, 1, 2, 5, 7);
    cursor.accept(5);
    assertThat(allowed(cursor)).containsExactly(0, 1, 2, 5, 6);
  }

  private static int[] allowed(ConstraintCursor cursor) {
    float[] scores = new float[TOKENS.size()];
    cursor.keepAllowed(scores);
    return IntStream.range(0, scores.length).filter(token -> scores[token] == 0).toArray();
  }

  @Test
  void refusesTextsThatItCannotWrite() {
    assertThatThrownBy(() -> new CompiledConstraint(new Choices(List.of("q", "aè")), vocabulary))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("the model's vocabulary has no tokens for any of its texts");
  }
}
