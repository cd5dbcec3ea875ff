package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.constraint.Choices;
import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.Regex;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.CudaSupport;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers by the way of a GPU, on the processor, against those of other tools. */
class DeviceEngineTest {

  private static final ComputeDevice DEVICE = new ComputeDevice.CpuAsGpu();
  private static final List<JsonNode> FP32 = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");
  private static final List<JsonNode> INT4 = Fixtures.golden("tiny-llama3/golden-genai-int4.jsonl");
  private static final List<JsonNode> CUDA_INT4 =
      Fixtures.golden("tiny-llama3/golden-genai-cuda-int4.jsonl");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, 512", "4, 64", "16, 512"})
  void genaiExportGivesTheGoldenIds(int slots, int chunk) {
    assertThat(equalAnswers(ModelPackages.open(Fixtures.genaiFp32()), FP32, slots, chunk))
        .isEqualTo(22);
  }

  @Test
  void int4ExportGivesItsGoldenIds() {
    assertThat(equalAnswers(ModelPackages.open(Fixtures.genaiInt4()), INT4, 4, 64))
        .isGreaterThanOrEqualTo(21);
  }

  /** Keys, values and logits have 16 bits there. */
  @ParameterizedTest
  @CsvSource({"1, 512", "4, 64", "16, 512"})
  void exportForCudaGivesItsGoldenIds(int slots, int chunk) {
    assertThat(equalAnswers(ModelPackages.open(Fixtures.genaiCudaInt4()), CUDA_INT4, slots, chunk))
        .isGreaterThanOrEqualTo(21);
  }

  /** The builder's prune_lm_head gives the head the last position of a pass alone. */
  @Test
  void exportForCudaWithAPrunedHeadGivesItsGoldenIds() {
    Path pruned = Fixtures.withGraph(Fixtures.genaiCudaInt4(), "cuda-int4-prune", folder);
    assertThat(equalAnswers(ModelPackages.open(pruned), CUDA_INT4, 4, 64))
        .isGreaterThanOrEqualTo(21);
  }

  @Test
  void ourPackagesGiveTheGoldenIds() {
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), folder, Precision.FP32));
    assertThat(equalAnswers(ModelPackages.open(folder), FP32, 4, 64)).isEqualTo(22);
  }

  /** Made for CUDA, with keys and values of 16 bits. */
  @ParameterizedTest
  @CsvSource({"FP16, 19", "INT8, 16"})
  void packagesForCudaGiveNearlyTheGoldenIds(Precision precision, int equal) {
    Converter.convert(
        ConversionRequest.of(
            Fixtures.transformers().toString(), folder, new Storage(precision, 32, Device.CUDA)));
    assertThat(equalAnswers(ModelPackages.open(folder), FP32, 4, 64)).isGreaterThanOrEqualTo(equal);
  }

  @Test
  void labelsScoreAsInTransformers() {
    try (LlamaEngine engine = open(ModelPackages.open(Fixtures.genaiFp32()), 4, 512)) {
      Map<JsonNode, CompletableFuture<LabelScores>> scores =
          FP32.stream()
              .filter(row -> row.has("label_logprobs"))
              .collect(Collectors.toMap(row -> row, row -> score(engine, row)));
      assertThat(scores).isNotEmpty();
      scores.forEach((row, future) -> assertScores(future.join(), row));
    }
  }

  static void assertScores(LabelScores found, JsonNode row) {
    assertThat(found.logProbabilities())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-3 ? 0 : 1, Double.class)
        .isEqualTo(
            labels(row).map(label -> row.get("label_logprobs").get(label).asDouble()).toList());
  }

  /** Each stage has a device's memory of its own for the keys and values of its layers. */
  @ParameterizedTest
  @CsvSource({"2, 4", "3, 16", "4, 1"})
  void packagesWithStagesGiveTheGoldenIds(int stages, int slots) {
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), folder, Precision.FP32).withStages(stages));
    assertThat(equalAnswers(ModelPackages.open(folder), FP32, slots, 64)).isEqualTo(22);
  }

  /** The adapter's matrices are inputs of the graph, which each pass of its rows is given. */
  @Test
  void rowsWithAnAdapterGiveTheIdsOfPeft() {
    List<JsonNode> adapted = Fixtures.golden("tiny-llama3/golden-lora-fp32.jsonl");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), folder, Precision.FP32)
            .withAdapters(List.of(Fixtures.lora())));
    ModelPackage model = ModelPackages.open(folder);
    try (LlamaEngine engine = open(model, 4, 512)) {
      List<CompletableFuture<Generation>> answers =
          adapted.stream()
              .map(row -> engine.generate(greedy(row).withAdapter(model.adapter("lora-peft"))))
              .toList();
      assertEqual(answers, adapted);
    }
  }

  /** The processor chooses among the scores of all tokens. */
  @ParameterizedTest
  @CsvSource({"0.8, 0, 0.9, 1", "1.2, 0, 1, 1", "1, 20, 1, 1", "0.7, 0, 0.95, 1.2"})
  void sampledAnswersAreThoseOfTheProcessor(
      double temperature, int topK, double topP, double penalty) {
    Sampling sampling = new Sampling(temperature, topK, topP, 0, penalty, 11);
    assertThat(sampled(DEVICE, sampling)).isEqualTo(sampled(ComputeDevice.CPU, sampling));
  }

  private static List<Tokens> sampled(ComputeDevice device, Sampling sampling) {
    EngineOptions options =
        EngineOptions.DEFAULTS
            .withSlots(4)
            .withCapacity(1200)
            .withAttention(Attention.OF_GRAPH)
            .withDevice(device);
    try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(Fixtures.genaiFp32()), options)) {
      return FP32.stream()
          .map(
              row ->
                  engine.generate(
                      new GenerationRequest(
                          ids(row, "prompt_ids"),
                          row.get("greedy_ids").size(),
                          sampling,
                          List.of())))
          .toList()
          .stream()
          .map(answer -> answer.join().tokens())
          .toList();
    }
  }

  /** The likeliest allowed token may be among those that are told, or not. */
  @Test
  void constrainedAnswersAreThoseOfTheProcessor() {
    Constraint words = new Choices(List.of("xylophone", "Zimbabwe", "quorum"));
    Constraint digits = new Regex("[0-9]{3,8}");
    for (Constraint constraint : List.of(words, digits)) {
      assertThat(constrained(DEVICE, constraint))
          .isEqualTo(constrained(ComputeDevice.CPU, constraint));
    }
  }

  private static List<Tokens> constrained(ComputeDevice device, Constraint constraint) {
    EngineOptions options =
        EngineOptions.DEFAULTS
            .withCapacity(1200)
            .withAttention(Attention.OF_GRAPH)
            .withDevice(device);
    try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(Fixtures.genaiFp32()), options)) {
      return FP32.subList(0, 4).stream()
          .map(
              row ->
                  engine.generate(
                      GenerationRequest.greedy(ids(row, "prompt_ids"), 32)
                          .withConstraint(constraint)))
          .map(answer -> answer.join().tokens())
          .toList();
    }
  }

  @Test
  void aCancelledRowLeavesAndAClosedEngineEndsItsRows() throws Exception {
    LlamaEngine engine = open(ModelPackages.open(Fixtures.genaiFp32()), 2, 64);
    assertThat(engine.device()).isEqualTo(DEVICE);
    Tokens prompt = ids(FP32.get(0), "prompt_ids");
    List<CompletableFuture<Generation>> rows =
        Stream.of(1_000, 1_000, 5, 1_000, 1_000)
            .map(
                length ->
                    engine.generate(
                        GenerationRequest.greedy(prompt, length).withEnding(Ending.FULL_LENGTH)))
            .toList();
    rows.get(0).cancel(true);
    assertThat(rows.get(2).get(60, TimeUnit.SECONDS).tokens().length()).isEqualTo(5);
    engine.close();
    assertThat(rows.get(0)).isCancelled();
    assertThat(rows.get(4))
        .failsWithin(1, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("the engine was closed");
    assertThat(engine.alive()).isFalse();
  }

  @Test
  void aGpuThatThisBuildCannotUseIsAnErrorBeforeAnythingIsLoaded() {
    assumeFalse(CudaSupport.inBuild());
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    EngineOptions options =
        EngineOptions.DEFAULTS.withSlots(0).withDevice(ComputeDevice.parse("cuda:1", 0.5));
    assertThatThrownBy(() -> LlamaEngine.open(model, options))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("found ONNX Runtime built for CPU");
  }

  @Test
  void slotsThatAreNotSetAreWhatSuitsTheDevice() {
    try (LlamaEngine engine = open(ModelPackages.open(Fixtures.genaiFp32()), 0, 512)) {
      assertThat(engine.load().slots()).isEqualTo(16);
    }
  }

  /** Sends all prompts at once, as a task does, and counts answers with the golden ids. */
  private static long equalAnswers(ModelPackage model, List<JsonNode> rows, int slots, int chunk) {
    try (LlamaEngine engine = open(model, slots, chunk)) {
      List<CompletableFuture<Generation>> answers =
          rows.stream().map(row -> engine.generate(greedy(row))).toList();
      return IntStream.range(0, rows.size())
          .filter(i -> answers.get(i).join().tokens().equals(ids(rows.get(i), "greedy_ids")))
          .count();
    }
  }

  static void assertEqual(List<CompletableFuture<Generation>> answers, List<JsonNode> rows) {
    for (int i = 0; i < rows.size(); i++) {
      assertThat(answers.get(i).join().tokens()).isEqualTo(ids(rows.get(i), "greedy_ids"));
    }
  }

  static LlamaEngine open(ModelPackage model, int slots, int chunk) {
    return LlamaEngine.open(
        model,
        EngineOptions.DEFAULTS
            .withSlots(slots)
            .withCapacity(1200)
            .withPrefillChunk(chunk)
            .withDevice(DEVICE));
  }

  static GenerationRequest greedy(JsonNode row) {
    return GenerationRequest.greedy(ids(row, "prompt_ids"), row.get("greedy_ids").size());
  }

  static CompletableFuture<LabelScores> score(LlamaEngine engine, JsonNode row) {
    List<Tokens> labels = labels(row).map(label -> engine.tokenizer().encode(label)).toList();
    return engine.score(new ScoreRequest(ids(row, "prompt_ids"), labels));
  }

  private static Stream<String> labels(JsonNode row) {
    return row.get("label_logprobs").properties().stream().map(Map.Entry::getKey);
  }

  static Tokens ids(JsonNode row, String field) {
    return Tokens.of(Fixtures.ids(row, field));
  }
}
