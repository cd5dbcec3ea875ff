package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters chosen for each request, against PEFT's answers with the same adapter. */
class RuntimeAdapterTest {

  private static final List<JsonNode> PLAIN = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");
  private static final List<JsonNode> ADAPTED =
      Fixtures.golden("tiny-llama3/golden-lora-fp32.jsonl");

  @TempDir private Path folder;

  @Test
  void rowsWithAndWithoutAnAdapterShareABatch() {
    ModelPackage model = convert(Precision.FP32);
    Path adapter = model.adapter("lora-peft");
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(5))) {
      // Alternating, so that both kinds are in the slots together, and start with the same prompts.
      int count = ADAPTED.size();
      List<CompletableFuture<Generation>> answers =
          IntStream.range(0, count)
              .boxed()
              .flatMap(
                  i ->
                      Stream.of(
                          engine.generate(request(ADAPTED.get(i)).withAdapter(adapter)),
                          engine.generate(request(PLAIN.get(i)))))
              .toList();
      for (int i = 0; i < count; i++) {
        assertThat(answers.get(2 * i).join().tokens()).isEqualTo(greedy(ADAPTED.get(i)));
        assertThat(answers.get(2 * i + 1).join().tokens()).isEqualTo(greedy(PLAIN.get(i)));
      }
    }
  }

  @Test
  void anAdapterThatComesLaterGivesTheSame() {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32).withAdapterRank(8));
    ModelPackage model = ModelPackages.open(target);
    Path file = folder.resolve("later.onnx_adapter");
    AdapterConverter.convert(Fixtures.lora(), model, file);
    assertThat(agreed(model, Optional.of(file), ADAPTED)).isEqualTo(ADAPTED.size());
  }

  /**
   * In a rotated basis the adapter has to be rotated too; 8 bits leave most answers as they are.
   */
  @Test
  void aRotatedPackageTakesAdapters() {
    ModelPackage model = convert(Precision.W8A8);
    assertThat(agreed(model, Optional.of(model.adapter("lora-peft")), ADAPTED))
        .isGreaterThanOrEqualTo(9);
    Path later = folder.resolve("later.onnx_adapter");
    AdapterConverter.convert(Fixtures.lora(), model, later);
    assertThat(later).hasSameBinaryContentAs(model.adapter("lora-peft"));
  }

  @Test
  void aDamagedAdapterFailsItsOwnRequestAlone() throws IOException {
    ModelPackage model = convert(Precision.FP32);
    Path damaged = Files.write(folder.resolve("damaged.onnx_adapter"), new byte[3000]);
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(2))) {
      assertThatThrownBy(engine.generate(request(PLAIN.get(0)).withAdapter(damaged))::join)
          .hasCauseInstanceOf(RequestException.class)
          .hasMessageContaining("Cannot load the adapter");
      assertThat(engine.generate(request(PLAIN.get(0))).join().tokens())
          .isEqualTo(greedy(PLAIN.get(0)));
    }
  }

  @Test
  void aPackageMadeWithoutAdaptersRefusesThem() {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.INT8));
    ModelPackage model = ModelPackages.open(target);
    assertThatThrownBy(() -> AdapterConverter.convert(Fixtures.lora(), model, folder.resolve("x")))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("--lora-rank");
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(1))) {
      assertThatThrownBy(
              engine.generate(request(ADAPTED.get(0)).withAdapter(folder.resolve("x")))::join)
          .hasCauseInstanceOf(RequestException.class)
          .hasMessageContaining("takes none");
    }
  }

  @Test
  void anAdapterOfATooLargeRankIsRefused() {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.INT8).withAdapterRank(2));
    assertThatThrownBy(
            () ->
                AdapterConverter.convert(
                    Fixtures.lora(), ModelPackages.open(target), folder.resolve("x")))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("found rank 4, expected at most 2");
  }

  private ModelPackage convert(Precision precision) {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, precision)
            .withAdapters(List.of(Fixtures.lora())));
    return ModelPackages.open(target);
  }

  private static long agreed(ModelPackage model, Optional<Path> adapter, List<JsonNode> rows) {
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(4))) {
      List<CompletableFuture<Generation>> answers =
          rows.stream()
              .map(row -> adapter.map(request(row)::withAdapter).orElse(request(row)))
              .map(engine::generate)
              .toList();
      return IntStream.range(0, rows.size())
          .filter(i -> answers.get(i).join().tokens().equals(greedy(rows.get(i))))
          .count();
    }
  }

  private static GenerationRequest request(JsonNode row) {
    return GenerationRequest.greedy(
        Tokens.of(Fixtures.ids(row, "prompt_ids")), greedy(row).length());
  }

  private static Tokens greedy(JsonNode row) {
    return Tokens.of(Fixtures.ids(row, "greedy_ids"));
  }
}
