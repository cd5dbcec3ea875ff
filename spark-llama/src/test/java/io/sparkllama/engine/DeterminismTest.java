package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same requests in other company, order and engines. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DeterminismTest {

  private static final List<Path> MODELS = List.of(Fixtures.genaiFp32(), Fixtures.optimumFp32());

  private static final EngineOptions SMALL = EngineOptions.DEFAULTS.withSlots(1).withCapacity(512);

  private static final List<Tokens> LABELS =
      List.of(Tokens.of(300, 301, 302), Tokens.of(300, 301, 17), Tokens.of(41), Tokens.of(300, 9));

  @ParameterizedTest
  @CsvSource({"1, 512", "3, 64", "16, 512", "16, 128"})
  void scoresAreEqualBitByBitInAnyCompany(int slots, int chunk) {
    for (Path model : MODELS) {
      EngineOptions exact = EngineOptions.DEFAULTS;
      List<LabelScores> alone = scores(model, exact.withSlots(1), 1);
      assertThat(scores(model, exact.withSlots(slots).withPrefillChunk(chunk), 7))
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("reusedTokens")
          .isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "3, 64", "16, 512", "16, 128"})
  void sampledAnswersAreEqualInAnyCompany(int slots, int chunk) {
    for (Path model : MODELS) {
      List<Tokens> alone = answers(model, EngineOptions.DEFAULTS.withSlots(1), 1);
      assertThat(answers(model, EngineOptions.DEFAULTS.withSlots(slots).withPrefillChunk(chunk), 7))
          .isEqualTo(alone);
    }
  }

  /** So a conversation goes on from what it has written; Optimum's graph keeps prompts alone. */
  @Test
  void keysAndValuesOfAnAnswerAreThoseOfAPrompt() {
    for (Path model : MODELS) {
      Tokens before;
      LabelScores behind;
      try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(model), SMALL)) {
        Tokens prompt = prompt(engine, 7);
        Generation answer =
            engine
                .generate(GenerationRequest.greedy(prompt, 30).withEnding(Ending.FULL_LENGTH))
                .join();
        before = prompt.concat(answer.tokens());
        behind = engine.score(new ScoreRequest(before, LABELS)).join();
        boolean all = model.equals(Fixtures.genaiFp32());
        assertThat(behind.reusedTokens()).isEqualTo(all ? before.length() - 1 : prompt.length());
      }
      try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(model), SMALL)) {
        LabelScores fresh = engine.score(new ScoreRequest(before, LABELS)).join();
        assertThat(fresh.reusedTokens()).isZero();
        assertThat(fresh.logProbabilities()).isEqualTo(behind.logProbabilities());
      }
    }
  }

  /** Two operators compute the same; they differ in rounding only. */
  @Test
  void scoresAreThoseOfTheGraphsOwnAttention() {
    Path model = Fixtures.genaiFp32();
    List<LabelScores> own = scores(model, EngineOptions.DEFAULTS, 1);
    List<LabelScores> ofGraph =
        scores(model, EngineOptions.DEFAULTS.withAttention(Attention.OF_GRAPH), 1);
    for (int i = 0; i < own.size(); i++) {
      for (int label = 0; label < LABELS.size(); label++) {
        assertThat(own.get(i).logProbabilities().get(label))
            .isCloseTo(ofGraph.get(i).logProbabilities().get(label), within(1e-3));
      }
    }
  }

  @Test
  void theGraphsOwnAttentionIsEqualInAnyCompanyToo() {
    EngineOptions ofGraph = EngineOptions.DEFAULTS.withAttention(Attention.OF_GRAPH);
    Path model = Fixtures.genaiFp32();
    assertThat(scores(model, ofGraph.withSlots(3).withPrefillChunk(64), 7))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("reusedTokens")
        .isEqualTo(scores(model, ofGraph.withSlots(1), 1));
  }

  private static List<LabelScores> scores(Path model, EngineOptions options, long order) {
    return inOrder(
        model,
        options,
        order,
        (engine, row) -> engine.score(new ScoreRequest(prompt(engine, row), LABELS)));
  }

  private static List<Tokens> answers(Path model, EngineOptions options, long order) {
    List<Generation> answers =
        inOrder(
            model,
            options,
            order,
            (engine, row) ->
                engine.generate(
                    new GenerationRequest(
                        prompt(engine, row),
                        1 + row % 23,
                        Sampling.withTemperature(1, row),
                        List.of())));
    return answers.stream().map(Generation::tokens).toList();
  }

  private interface Asking<T> {
    CompletableFuture<T> ask(LlamaEngine engine, int row);
  }

  /** Asks for the rows in a random order, all at once, and returns their answers in row order. */
  private static <T> List<T> inOrder(
      Path model, EngineOptions options, long order, Asking<T> asking) {
    List<Integer> rows = new ArrayList<>(IntStream.range(0, 120).boxed().toList());
    Collections.shuffle(rows, new Random(order));
    List<CompletableFuture<T>> answers = new ArrayList<>(Collections.nCopies(rows.size(), null));
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(model), options.withCapacity(512))) {
      rows.forEach(row -> answers.set(row, asking.ask(engine, row)));
      return answers.stream().map(CompletableFuture::join).toList();
    }
  }

  /** Short and long texts behind a common instruction; some texts begin alike. */
  private static Tokens prompt(LlamaEngine engine, int row) {
    String text =
        ("word " + row % 5 + " and ").repeat(1 + (row * row) % (row % 9 == 0 ? 60 : 6)) + row;
    return engine
        .tokenizer()
        .encodeChat(
            List.of(ChatMessage.system("Say what the text means."), ChatMessage.user(text)));
  }
}
