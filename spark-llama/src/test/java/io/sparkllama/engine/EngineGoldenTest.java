package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers against those that transformers and onnxruntime-genai gave for the same prompts. */
class EngineGoldenTest {

  private static final List<JsonNode> FP32 = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");
  private static final List<JsonNode> INT4 = Fixtures.golden("tiny-llama3/golden-genai-int4.jsonl");

  @ParameterizedTest
  @CsvSource({"1, 512", "4, 64", "16, 512", "16, 64"})
  void genaiExportGivesTheGoldenIds(int slots, int chunk) {
    assertThat(equalAnswers(Fixtures.genaiFp32(), FP32, slots, chunk)).isEqualTo(22);
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "4, 64", "16, 512"})
  void optimumExportGivesTheGoldenIds(int slots, int chunk) {
    assertThat(equalAnswers(Fixtures.optimumFp32(), FP32, slots, chunk)).isEqualTo(22);
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "4, 64", "16, 512"})
  void int4ExportGivesItsGoldenIds(int slots, int chunk) {
    assertThat(equalAnswers(Fixtures.genaiInt4(), INT4, slots, chunk)).isGreaterThanOrEqualTo(21);
  }

  /** The builder's prune_lm_head gives the head the last position of a pass alone. */
  @ParameterizedTest
  @EnumSource(Attention.class)
  void exportWithAPrunedHeadGivesItsGoldenIds(Attention attention, @TempDir Path folder) {
    Path pruned = Fixtures.withGraph(Fixtures.genaiInt4(), "cpu-int4-prune", folder);
    EngineOptions options = options(4, 64).withAttention(attention);
    try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(pruned), options)) {
      assertThat(equalAnswers(engine, INT4)).isGreaterThanOrEqualTo(21);
    }
  }

  @Test
  void labelsScoreAsInTransformers() {
    for (Path model : List.of(Fixtures.genaiFp32(), Fixtures.optimumFp32())) {
      try (LlamaEngine engine = open(model, 4, 512)) {
        Map<JsonNode, CompletableFuture<LabelScores>> scores =
            FP32.stream()
                .filter(row -> row.has("label_logprobs"))
                .collect(Collectors.toMap(row -> row, row -> score(engine, row)));
        assertThat(scores).isNotEmpty();
        scores.forEach(EngineGoldenTest::assertScores);
      }
    }
  }

  private static CompletableFuture<LabelScores> score(LlamaEngine engine, JsonNode row) {
    List<Tokens> labels = labels(row).map(label -> engine.tokenizer().encode(label)).toList();
    return engine.score(new ScoreRequest(ids(row, "prompt_ids"), labels));
  }

  private static void assertScores(JsonNode row, CompletableFuture<LabelScores> future) {
    List<String> labels = labels(row).toList();
    LabelScores scores = future.join();
    for (int i = 0; i < labels.size(); i++) {
      assertThat(scores.logProbabilities().get(i))
          .isCloseTo(row.get("label_logprobs").get(labels.get(i)).asDouble(), within(1e-3));
    }
  }

  private static Stream<String> labels(JsonNode row) {
    return row.get("label_logprobs").properties().stream().map(Map.Entry::getKey);
  }

  /** Counts answers with the golden ids. */
  private static long equalAnswers(Path model, List<JsonNode> rows, int slots, int chunk) {
    try (LlamaEngine engine = open(model, slots, chunk)) {
      return equalAnswers(engine, rows);
    }
  }

  /** Sends all prompts at once, as a task does. */
  private static long equalAnswers(LlamaEngine engine, List<JsonNode> rows) {
    List<CompletableFuture<Generation>> answers =
        rows.stream()
            .map(
                row ->
                    engine.generate(
                        GenerationRequest.greedy(
                            ids(row, "prompt_ids"), row.get("greedy_ids").size())))
            .toList();
    return Stream.iterate(0, i -> i < rows.size(), i -> i + 1)
        .filter(i -> answers.get(i).join().tokens().equals(ids(rows.get(i), "greedy_ids")))
        .count();
  }

  private static LlamaEngine open(Path model, int slots, int chunk) {
    return LlamaEngine.open(ModelPackages.open(model), options(slots, chunk));
  }

  private static EngineOptions options(int slots, int chunk) {
    return EngineOptions.DEFAULTS.withSlots(slots).withCapacity(1200).withPrefillChunk(chunk);
  }

  private static Tokens ids(JsonNode row, String field) {
    return Tokens.of(Fixtures.ids(row, field));
  }
}
