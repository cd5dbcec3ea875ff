package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.ConversionRequest.Examination;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of 4 layers in stages, each a session of its own, against the whole one. */
class StagesTest {

  private static final List<JsonNode> GOLDEN = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"2, 16, OWN", "2, 5, OF_GRAPH", "3, 7, OWN", "4, 2, OWN", "4, 1, OWN"})
  void theGoldenIdsComeOut(int stages, int slots, Attention attention) {
    ModelPackage model = convert(Precision.FP32, stages);
    assertThat(answers(model, slots, attention))
        .isEqualTo(GOLDEN.stream().map(row -> ids(row, "greedy_ids")).toList());
  }

  /** Whole numbers are rounded the same; so is the sum at the border. */
  @ParameterizedTest
  @EnumSource(names = {"W8A8", "INT8", "INT4"})
  void answersOfSmallWeightsAreThoseOfTheWholeModel(Precision precision) {
    assertThat(answers(convert(precision, 2), 6, Attention.OWN))
        .isEqualTo(answers(convert(precision, 1), 6, Attention.OWN));
  }

  @Test
  void labelsScoreAsByTheWholeModel() {
    assertThat(scores(convert(Precision.FP32, 3))).isEqualTo(scores(convert(Precision.FP32, 1)));
  }

  @Test
  void slotsAndThreadsOfAllLanesAreThoseOfTheEngine() {
    ModelPackage model = convert(Precision.FP32, 3);
    try (LlamaEngine engine = open(model, 8, Attention.OWN)) {
      assertThat(engine.load().slots()).isEqualTo(8);
      assertThat(engine.alive()).isTrue();
    }
  }

  @Test
  void cancelledRowsLeaveTheirSlotsAndClosingEndsTheOthers() {
    LlamaEngine engine = open(convert(Precision.FP32, 2), 4, Attention.OWN);
    List<CompletableFuture<Generation>> open =
        IntStream.range(0, 40).mapToObj(i -> generate(engine, GOLDEN.get(i % 22), 900)).toList();
    open.subList(0, 20).forEach(future -> future.cancel(false));
    assertThat(generate(engine, GOLDEN.get(0), 4)).isNotNull();
    engine.close();
    assertThat(engine.alive()).isFalse();
    open.subList(20, 40)
        .forEach(
            future -> {
              if (future.isCompletedExceptionally()) {
                assertThatThrownBy(future::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(EngineException.class)
                    .hasMessageContaining("the engine was closed");
              } else {
                assertThat(future).isDone();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void stagesWithoutALayerAreRefused(int stages) {
    assertThatThrownBy(() -> convert(Precision.FP32, stages))
        .isInstanceOf(ConversionException.class)
        .hasMessage(
            "Cannot cut 4 layers into %d stages: expected 1 to 4. Choose a number of devices in that range.",
            stages);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void stagesAndAdaptersAreRefusedTogether() {
    ConversionRequest request =
        ConversionRequest.of(Fixtures.transformers(), folder.resolve("both"), Precision.FP32)
            .withStages(2);
    assertThatThrownBy(() -> request.withAdapterRank(4))
        .isInstanceOf(ConversionException.class)
        .hasMessageStartingWith("Cannot make a package of 2 stages that takes adapters");
  }

  private ModelPackage convert(Precision precision, int stages) {
    Path target = folder.resolve(precision.label() + stages);
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, precision)
            .withExamination(Examination.NONE)
            .withStages(stages));
    return ModelPackages.open(target);
  }

  private static List<Tokens> answers(ModelPackage model, int slots, Attention attention) {
    try (LlamaEngine engine = open(model, slots, attention)) {
      List<CompletableFuture<Generation>> answers =
          GOLDEN.stream().map(row -> generate(engine, row, row.get("greedy_ids").size())).toList();
      return answers.stream().map(answer -> answer.join().tokens()).toList();
    }
  }

  private static List<LabelScores> scores(ModelPackage model) {
    try (LlamaEngine engine = open(model, 6, Attention.OWN)) {
      List<Tokens> labels =
          List.of("positive", "negative", "neutral").stream()
              .map(engine.tokenizer()::encode)
              .toList();
      List<CompletableFuture<LabelScores>> scores =
          GOLDEN.stream()
              .map(row -> engine.score(new ScoreRequest(ids(row, "prompt_ids"), labels)))
              .toList();
      return scores.stream()
          .map(CompletableFuture::join)
          .map(score -> new LabelScores(score.logProbabilities(), score.promptTokens(), 0))
          .toList();
    }
  }

  private static CompletableFuture<Generation> generate(
      LlamaEngine engine, JsonNode row, int tokens) {
    return engine.generate(GenerationRequest.greedy(ids(row, "prompt_ids"), tokens));
  }

  private static LlamaEngine open(ModelPackage model, int slots, Attention attention) {
    return LlamaEngine.open(
        model, EngineOptions.DEFAULTS.withSlots(slots).withCapacity(1200).withAttention(attention));
  }

  private static Tokens ids(JsonNode row, String field) {
    return Tokens.of(Fixtures.ids(row, field));
  }
}
