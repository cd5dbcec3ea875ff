package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guessed tokens beside an engine that does not guess: one that runs the graph's own attention. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PromptLookupTest {

  private record Run(List<Tokens> answers, EngineStats stats) {}

  @Test
  void rowsThatGuessGiveTheSameTokensInFewerSteps() {
    Run guessing = run(EngineOptions.DEFAULTS.withSlots(5), 20, 60);
    Run plain = run(EngineOptions.DEFAULTS.withSlots(5).withAttention(Attention.OF_GRAPH), 20, 60);
    assertThat(guessing.answers).isEqualTo(plain.answers);
    assertThat(plain.stats.decodedTokens()).isEqualTo(plain.stats.decodedRows());
    assertThat(guessing.stats.decodedTokens()).isGreaterThan(guessing.stats.decodedRows());
    assertThat(guessing.stats.generatedTokens()).isEqualTo(plain.stats.generatedTokens());
  }

  /** A guess must not go beyond the answer's most tokens, nor beyond the slot. */
  @Test
  void guessesEndWhereTheAnswerHasTo() {
    EngineOptions tight = EngineOptions.DEFAULTS.withCapacity(48);
    for (int most = 1; most <= 8; most++) {
      int wanted = most;
      assertThat(run(tight, 10, most).answers)
          .allSatisfy(answer -> assertThat(answer.length()).isEqualTo(wanted));
    }
  }

  /** Answers to prompts that repeat a phrase, in full length. */
  private static Run run(EngineOptions options, int rows, int most) {
    try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(Fixtures.genaiFp32()), options)) {
      List<CompletableFuture<Generation>> answers =
          IntStream.range(0, rows)
              .mapToObj(row -> GenerationRequest.greedy(repeating(row), most))
              .map(request -> engine.generate(request.withEnding(Ending.FULL_LENGTH)))
              .toList();
      List<Tokens> tokens = answers.stream().map(answer -> answer.join().tokens()).toList();
      return new Run(tokens, engine.stats());
    }
  }

  private static Tokens repeating(int row) {
    int[] phrase = new Random(row).ints(10, 20, 400).toArray();
    return Tokens.join(
        List.of(Tokens.of(phrase), Tokens.of(phrase), Tokens.of(phrase), Tokens.of(phrase)));
  }
}
