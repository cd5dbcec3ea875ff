package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.testing.Schemas;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The quickstart's model, where examples/fetch-smollm2.sh has fetched it. */
class SmolLm2Test {

  private static final Path EXAMPLES = Path.of(System.getProperty("repository"), "examples");
  private static final Path SOURCE =
      EXAMPLES.resolve("work/models/SmolLM2-135M-Instruct.Q4_1.gguf");
  private static final Path ADAPTER = EXAMPLES.resolve("adapters/smollm2-135m-tasks");
  private static final String GOLDEN = "smollm2-135m/golden-fp32.jsonl";
  private static final String GOLDEN_TASKS = "smollm2-135m/golden-tasks-fp32.jsonl";

  @TempDir private Path folder;

  @BeforeAll
  static void requireModel() {
    assumeTrue(Files.exists(SOURCE), "SmolLM2 is not here: run examples/fetch-smollm2.sh");
  }

  @Test
  void fp32GivesTheIdsOfTransformers() {
    List<JsonNode> rows = Fixtures.golden(GOLDEN);
    List<Tokens> answers = answers(Precision.FP32, Optional.empty(), rows);
    // Rounding may decide between two tokens that are nearly equal; elsewhere every id counts.
    assertThat(IntStream.range(0, rows.size()))
        .filteredOn(i -> !answers.get(i).equals(golden(rows.get(i))))
        .allSatisfy(i -> assertThat(rows.get(i).get("min_top2_gap").asDouble()).isLessThan(0.01));
  }

  @Test
  void theMergedAdapterGivesTheIdsOfPeft() {
    List<JsonNode> rows = Fixtures.golden(GOLDEN_TASKS);
    assertThat(answers(Precision.FP32, Optional.of(ADAPTER), rows))
        .isEqualTo(rows.stream().map(SmolLm2Test::golden).toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"W8A8", "INT8"})
  void eightBitsAgreeOnTheFirstToken(Precision precision) {
    // Where fp32 itself finds two tokens nearly equal, either is right.
    List<JsonNode> rows =
        Fixtures.golden(GOLDEN).stream().filter(row -> firstGap(row) > 0.1).toList();
    List<Tokens> answers = answers(precision, Optional.empty(), rows);
    long agreed =
        IntStream.range(0, rows.size())
            .filter(i -> answers.get(i).at(0) == golden(rows.get(i)).at(0))
            .count();
    assertThat(rows).hasSize(14);
    assertThat(agreed / (double) rows.size()).isGreaterThanOrEqualTo(0.85);
  }

  /** Its vocabulary lacks tokens for some bytes. */
  @Test
  void answersWithinASchema() {
    String schema =
        """
        {"type": "object",
         "properties": {"name": {"type": "string"}, "age": {"type": ["integer", "null"]},
                        "born": {"type": "string", "format": "date"},
                        "mood": {"enum": ["glücklich", "sad"]}},
         "required": ["name", "age", "mood"]}""";
    Path target = folder.resolve("model");
    Converter.convert(ConversionRequest.of(SOURCE, target, Precision.INT8));
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(target), EngineOptions.DEFAULTS.withSlots(4))) {
      Tokens prompt =
          engine.tokenizer().encodeChat(List.of(ChatMessage.user("Who is Anna, 34, happy?")));
      for (int room : new int[] {24, 30, 60, 400}) {
        for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.withTemperature(2, room))) {
          GenerationRequest request = new GenerationRequest(prompt, room, sampling, List.of());
          Generation answer =
              engine.generate(request.withConstraint(new JsonSchema(schema))).join();
          assertThat(Schemas.errors(schema, answer.text())).as(answer.text()).isEmpty();
        }
      }
    }
  }

  /** By how much the likeliest first token is ahead of the next, in logits. */
  private static double firstGap(JsonNode row) {
    JsonNode top = row.get("first_top8");
    return top.get(0).get(1).asDouble() - top.get(1).get(1).asDouble();
  }

  private List<Tokens> answers(Precision precision, Optional<Path> adapter, List<JsonNode> rows) {
    Path target = folder.resolve("package");
    ConversionRequest plain =
        ConversionRequest.of(SOURCE, target, precision)
            .withExamination(ConversionRequest.Examination.NONE);
    Converter.convert(adapter.map(plain::withMergeAdapter).orElse(plain));
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(target), EngineOptions.DEFAULTS)) {
      List<CompletableFuture<Generation>> answers =
          rows.stream()
              .map(
                  row ->
                      engine.generate(
                          GenerationRequest.greedy(
                              Tokens.of(Fixtures.ids(row, "prompt_ids")), golden(row).length())))
              .toList();
      return answers.stream().map(answer -> answer.join().tokens()).toList();
    }
  }

  private static Tokens golden(JsonNode row) {
    return Tokens.of(Fixtures.ids(row, "greedy_ids"));
  }
}
