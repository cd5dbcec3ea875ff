package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LlamaEngineTest {

  private static LlamaEngine engine;

  @BeforeAll
  static void open() {
    engine = open(4);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void samplesTheSameAnswerWhateverElseRuns() {
    GenerationRequest request = sampled(7);
    Tokens alone = engine.generate(request).join().tokens();
    List<CompletableFuture<Generation>> others =
        IntStream.range(100, 110).mapToObj(seed -> engine.generate(sampled(seed))).toList();
    CompletableFuture<Generation> among = engine.generate(request);
    assertThat(among.join().tokens()).isEqualTo(alone);
    assertThat(others.stream().map(answer -> answer.join().tokens()).distinct().count())
        .isGreaterThan(1);
  }

  @Test
  void topKOfOneIsGreedy() {
    Sampling one = new Sampling(5, 1, 1, 0, 1, 3);
    Tokens greedy = engine.generate(GenerationRequest.greedy(prompt("hello"), 12)).join().tokens();
    Generation answer =
        engine.generate(new GenerationRequest(prompt("hello"), 12, one, List.of())).join();
    assertThat(answer.tokens()).isEqualTo(greedy);
  }

  @Test
  void repetitionPenaltyKeepsGreedyFromRepeatingItself() {
    Sampling penalized = new Sampling(0, 0, 1, 0, 100, 0);
    Generation answer =
        engine.generate(new GenerationRequest(prompt("hello"), 24, penalized, List.of())).join();
    assertThat(answer.tokens().toArray()).doesNotHaveDuplicates();
  }

  @Test
  void endsAtTheMostTokensAllowed() {
    Generation answer = engine.generate(GenerationRequest.greedy(prompt("hello"), 2)).join();
    assertThat(answer.generatedTokens()).isEqualTo(2);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void endsBeforeAStopString() {
    Generation whole = engine.generate(GenerationRequest.greedy(prompt("hello"), 12)).join();
    String stop = whole.text().substring(3, 6);
    Generation cut =
        engine
            .generate(
                new GenerationRequest(prompt("hello"), 12, Sampling.GREEDY, List.of("zzz", stop)))
            .join();
    assertThat(cut.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(stop)));
    assertThat(cut.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void endsWhenItsSlotIsFull() {
    Tokens prompt = Tokens.of(IntStream.range(0, 250).map(i -> 300 + i).toArray());
    Sampling hot = Sampling.withTemperature(50, 1);
    Generation answer = engine.generate(new GenerationRequest(prompt, 1000, hot, List.of())).join();
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.promptTokens() + answer.generatedTokens()).isEqualTo(257);
  }

  @Test
  void reusesThePrefixOfEarlierPrompts() {
    String text = "a fairly long start that both of these prompts have in common, word by word ";
    engine.generate(GenerationRequest.greedy(prompt(text + "one"), 4)).join();
    long before = engine.stats().reusedTokens();
    engine.generate(GenerationRequest.greedy(prompt(text + "two"), 4)).join();
    assertThat(engine.stats().reusedTokens() - before).isGreaterThan(15);
  }

  @Test
  void cancelledRowsLeaveTheirSlots() {
    Sampling hot = Sampling.withTemperature(50, 1);
    List<CompletableFuture<Generation>> endless =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    engine.generate(new GenerationRequest(prompt("row " + i), 200, hot, List.of())))
            .toList();
    endless.forEach(answer -> answer.cancel(true));
    assertThat(engine.generate(GenerationRequest.greedy(prompt("next"), 3)).join().tokens())
        .isNotNull();
  }

  @Test
  void refusesWhatNoSlotCanAnswer() {
    assertRefused(GenerationRequest.greedy(Tokens.EMPTY, 1), "Invalid prompt: found no tokens");
    assertRefused(
        GenerationRequest.greedy(Tokens.of(new int[256]), 1), "found 256 tokens, expected at most");
    assertRefused(GenerationRequest.greedy(Tokens.of(4096), 1), "found 4096, expected 0 to 4095");
    assertRefused(GenerationRequest.greedy(Tokens.of(1), 0), "Invalid max_tokens: found 0");
    assertRefused(
        new GenerationRequest(Tokens.of(1), 1, Sampling.withTemperature(-1, 0), List.of()),
        "Invalid temperature: found -1.0");
  }

  /**
   * After the first ones, in which the JVM and its native allocator take what they keep. Linux
   * tells a process's memory; elsewhere there is nothing to compare.
   */
  @Test
  void fiftyOpeningsLeaveNoMemoryBehind() {
    openAndClose(50);
    ProcessMemory.resident()
        .ifPresent(
            before -> {
              openAndClose(50);
              assertThat(ProcessMemory.resident().getAsLong()).isLessThan(before * 105 / 100);
            });
  }

  private static void openAndClose(int times) {
    for (int i = 0; i < times; i++) {
      try (LlamaEngine opened = open(2)) {
        opened.generate(GenerationRequest.greedy(prompt("hello"), 2)).join();
      }
    }
    System.gc();
  }

  @Test
  void closingEndsOpenRequestsWithAnError() {
    LlamaEngine short1 = open(1);
    Sampling hot = Sampling.withTemperature(50, 1);
    List<CompletableFuture<Generation>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i -> short1.generate(new GenerationRequest(prompt("row"), 200, hot, List.of())))
            .toList();
    short1.close();
    short1.close();
    assertThatThrownBy(answers.get(19)::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(EngineException.class)
        .hasMessageContaining("the engine was closed");
    assertThatThrownBy(short1.generate(GenerationRequest.greedy(Tokens.of(1), 1))::join)
        .hasCauseInstanceOf(EngineException.class);
  }

  private static void assertRefused(GenerationRequest request, String message) {
    assertThatThrownBy(engine.generate(request)::join)
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining(message);
  }

  private static GenerationRequest sampled(long seed) {
    return new GenerationRequest(prompt("hello"), 12, Sampling.withTemperature(2, seed), List.of());
  }

  private static Tokens prompt(String text) {
    return engine.tokenizer().encodeChat(List.of(ChatMessage.user(text)));
  }

  private static LlamaEngine open(int slots) {
    return LlamaEngine.open(
        ModelPackages.open(Fixtures.genaiFp32()),
        EngineOptions.DEFAULTS.withSlots(slots).withCapacity(256));
  }
}
