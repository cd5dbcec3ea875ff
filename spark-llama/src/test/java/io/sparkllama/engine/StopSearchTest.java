package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Against the text of all tokens so far. */
class StopSearchTest {

  private static final ModelPackage MODEL = ModelPackages.open(Fixtures.genaiFp32());
  private static final LlamaTokenizer TOKENIZER = LlamaTokenizer.open(MODEL);

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  /**
   * Random tokens, control tokens and parts of characters among them, and what they happen to
   * spell.
   */
  @Test
  void noStopStringIsMissed() {
    Random random = new Random(5);
    int found = 0;
    for (int answer = 0; answer < 300; answer++) {
      int bound = answer % 2 == 0 ? 300 : MODEL.architecture().vocabularySize();
      Tokens tokens = Tokens.of(random.ints(40, 0, bound).toArray());
      String text = TOKENIZER.decode(tokens);
      List<String> stops = parts(random, text);
      int ends = firstWith(tokens, stops);
      int told = firstTold(new StopSearch(stops, TOKENIZER.bytes()), tokens, stops);
      assertThat(told).isEqualTo(ends);
      found += ends < tokens.length() ? 1 : 0;
    }
    assertThat(found).isGreaterThan(200);
  }

  /**
   * Places of a text, so most are held by the answer; lone parts of characters are no stop strings.
   */
  private static List<String> parts(Random random, String text) {
    List<String> stops = new ArrayList<>(List.of("no such text"));
    for (int i = 0; i < 3; i++) {
      int from = random.nextInt(text.length());
      String part = text.substring(from, Math.min(text.length(), from + 1 + random.nextInt(6)));
      if (part.indexOf('\uFFFD') < 0 && part.codePoints().noneMatch(StopSearchTest::surrogate)) {
        stops.add(part);
      }
    }
    return stops;
  }

  private static boolean surrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** After how many tokens the text holds a stop string; one less. */
  private static int firstWith(Tokens tokens, List<String> stops) {
    return IntStream.range(0, tokens.length())
        .filter(i -> holds(tokens.slice(0, i + 1), stops))
        .findFirst()
        .orElse(tokens.length());
  }

  private static boolean holds(Tokens tokens, List<String> stops) {
    String text = TOKENIZER.decode(tokens);
    return stops.stream().anyMatch(text::contains);
  }

  /** Where it says that there may be one, the text is read. */
  private static int firstTold(StopSearch search, Tokens tokens, List<String> stops) {
    for (int i = 0; i < tokens.length(); i++) {
      if (search.mayEnd(tokens.at(i)) && holds(tokens.slice(0, i + 1), stops)) {
        return i;
      }
    }
    return tokens.length();
  }

  /** Or the search would be of no use. */
  @Test
  void ordinaryTokensAreNoReasonToReadTheText() {
    Tokens tokens = TOKENIZER.encode("The weather was fine. Then it rained, and nobody was there.");
    StopSearch search = new StopSearch(List.of("\n\nNote:", "here."), TOKENIZER.bytes());
    List<Integer> told =
        IntStream.range(0, tokens.length())
            .filter(i -> search.mayEnd(tokens.at(i)))
            .boxed()
            .toList();
    assertThat(told).containsExactly(tokens.length() - 1);
  }
}
