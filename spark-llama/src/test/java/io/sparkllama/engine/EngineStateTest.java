package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine tells of itself. */
@Timeout(60)
class EngineStateTest {

  private static final int SLOTS = 2;
  private static final int CAPACITY = 1024;

  @Test
  void slotsAreInUseUntilTheirRowsAreCancelled() throws InterruptedException {
    try (LlamaEngine engine = open()) {
      assertThat(engine.load()).isEqualTo(new EngineLoad(SLOTS, 0, 0, CAPACITY, 0));
      List<CompletableFuture<Generation>> rows =
          IntStream.range(0, 3).mapToObj(i -> engine.generate(endless(engine))).toList();
      await(() -> engine.load().slotsInUse() == SLOTS && engine.load().waiting() == 1);
      await(() -> engine.load().heldTokens() > 2L * endless(engine).prompt().length());
      assertThat(engine.load().occupancy()).isBetween(0.0, 1.0);
      rows.forEach(row -> row.cancel(true));
      // The engine waits for a request, so the last row leaves with the next one at the latest.
      await(() -> engine.load().slotsInUse() == 0 && engine.load().waiting() == 0);
      assertThat(engine.stats().cancelled()).isEqualTo(3);
      assertThat(engine.stats().failed()).isZero();
    }
  }

  @Test
  void tokensOfACommonStartAreReused() {
    try (LlamaEngine engine = open()) {
      Tokens prompt = prompt(engine, "the same prompt, which is read once and copied later");
      GenerationRequest request = GenerationRequest.greedy(prompt, 1);
      assertThat(engine.generate(request).join().reusedTokens()).isZero();
      int reused = engine.generate(request).join().reusedTokens();
      assertThat(reused).isEqualTo(prompt.length() - 1);
      LabelScores scores =
          engine
              .score(new ScoreRequest(prompt, List.of(engine.tokenizer().encodeAnswer("yes"))))
              .join();
      assertThat(scores.reusedTokens()).isEqualTo(prompt.length() - 1);
      assertThat(engine.stats().reusedTokens()).isEqualTo(2L * reused);
    }
  }

  @Test
  void refusedAndFailedRequestsAreCounted() {
    LlamaEngine engine = open();
    assertThat(engine.alive()).isTrue();
    assertThat(engine.generate(GenerationRequest.greedy(Tokens.EMPTY, 1)))
        .isCompletedExceptionally();
    assertThat(engine.stats().rejected()).isEqualTo(1);
    List<CompletableFuture<Generation>> rows =
        IntStream.range(0, 5).mapToObj(i -> engine.generate(endless(engine))).toList();
    engine.close();
    assertThat(rows).allSatisfy(row -> assertThat(row).isCompletedExceptionally());
    assertThat(engine.stats().failed()).isEqualTo(5);
    assertThat(engine.stats().cancelled()).isZero();
    assertThat(engine.alive()).isFalse();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  private static LlamaEngine open() {
    return LlamaEngine.open(
        ModelPackages.open(Fixtures.genaiInt4()),
        EngineOptions.DEFAULTS.withSlots(SLOTS).withCapacity(CAPACITY));
  }

  /** An answer that takes the slot to its end. */
  private static GenerationRequest endless(LlamaEngine engine) {
    return GenerationRequest.greedy(prompt(engine, "hello"), CAPACITY)
        .withEnding(Ending.FULL_LENGTH);
  }

  private static Tokens prompt(LlamaEngine engine, String text) {
    return engine.tokenizer().encodeChat(List.of(ChatMessage.user(text)));
  }
}
