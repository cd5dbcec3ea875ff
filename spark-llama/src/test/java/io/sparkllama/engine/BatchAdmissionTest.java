package io.sparkllama.engine;

import static io.sparkllama.engine.DeviceEngineTest.assertEqual;
import static io.sparkllama.engine.DeviceEngineTest.assertScores;
import static io.sparkllama.engine.DeviceEngineTest.greedy;
import static io.sparkllama.engine.DeviceEngineTest.ids;
import static io.sparkllama.engine.DeviceEngineTest.open;
import static io.sparkllama.engine.DeviceEngineTest.score;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts that are read side by side by the way of a GPU, on the processor. */
class BatchAdmissionTest {

  private static final List<JsonNode> FP32 = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");

  /**
   * What waits while the first row is answered is read side by side, from the first tokens on,
   * although the first row's slot holds some of them: so nothing is used again.
   */
  @Test
  void waitingPromptsAreReadTogether() {
    CountDownLatch waiting = new CountDownLatch(1);
    try (LlamaEngine engine = open(ModelPackages.open(Fixtures.genaiFp32()), 9, 1024)) {
      List<JsonNode> labelled = FP32.stream().filter(row -> row.has("label_logprobs")).toList();
      List<JsonNode> rows = labelled.subList(0, 4);
      CompletableFuture<Generation> first =
          engine.generate(greedy(rows.get(0)), token -> await(waiting));
      List<CompletableFuture<Generation>> answers =
          rows.stream().map(row -> engine.generate(greedy(row))).toList();
      List<CompletableFuture<LabelScores>> scores =
          rows.stream().map(row -> score(engine, row)).toList();
      waiting.countDown();
      assertEqual(List.of(first), rows.subList(0, 1));
      assertEqual(answers, rows);
      for (int i = 0; i < rows.size(); i++) {
        assertScores(scores.get(i).join(), rows.get(i));
      }
      assertThat(engine.stats().requests()).isEqualTo(9);
      assertThat(engine.stats().reusedTokens()).isZero();
    }
  }

  /**
   * Labels of one to many tokens behind prompts that were read together, read in steps that all of
   * them share, beside a row that is being answered; and one label that is longer than steps pay
   * for.
   */
  @ParameterizedTest
  @CsvSource({"9", "300"})
  void longLabelsAreScoredAsOnTheProcessor(int repeated) {
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    List<JsonNode> rows = FP32.subList(0, 4);
    try (LlamaEngine device = open(model, 9, 2048);
        LlamaEngine own =
            LlamaEngine.open(model, EngineOptions.DEFAULTS.withAttention(Attention.OF_GRAPH))) {
      List<Tokens> labels =
          List.of(
              own.tokenizer().encode("positive"),
              own.tokenizer().encode("the weather was rather bad"),
              Tokens.of(700),
              Tokens.of(IntStream.range(0, repeated).map(i -> 400 + i).toArray()));
      CountDownLatch waiting = new CountDownLatch(1);
      CompletableFuture<Generation> first =
          device.generate(greedy(FP32.get(7)), token -> await(waiting));
      CompletableFuture<Generation> beside = device.generate(greedy(FP32.get(5)));
      List<CompletableFuture<LabelScores>> found =
          rows.stream().map(row -> device.score(request(row, labels))).toList();
      waiting.countDown();
      for (int i = 0; i < rows.size(); i++) {
        assertThat(found.get(i).join().logProbabilities())
            .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-3 ? 0 : 1, Double.class)
            .isEqualTo(own.score(request(rows.get(i), labels)).join().logProbabilities());
      }
      assertEqual(List.of(first, beside), List.of(FP32.get(7), FP32.get(5)));
    }
  }

  private static ScoreRequest request(JsonNode row, List<Tokens> labels) {
    return new ScoreRequest(ids(row, "prompt_ids"), labels);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows that end leave gaps, which others close where prompts are to be read side by side. */
  @Test
  void rowsMoveAsideForPromptsThatAreReadTogether() {
    try (LlamaEngine engine = open(ModelPackages.open(Fixtures.genaiFp32()), 6, 512)) {
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        JsonNode row = FP32.get(i % 22);
        int length = i % 2 == 0 ? 8 : row.get("greedy_ids").size();
        answers.add(engine.generate(GenerationRequest.greedy(ids(row, "prompt_ids"), length)));
      }
      for (int i = 0; i < 40; i++) {
        Tokens expected = ids(FP32.get(i % 22), "greedy_ids");
        int length = i % 2 == 0 ? Math.min(8, expected.length()) : expected.length();
        assertThat(answers.get(i).join().tokens()).isEqualTo(expected.slice(0, length));
      }
    }
  }
}
