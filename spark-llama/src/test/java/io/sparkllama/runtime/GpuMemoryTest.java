package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an engine shares a GPU's memory; the numbers are made up or counted by hand. */
class GpuMemoryTest {

  private static final long MIB = 1 << 20;
  private static final ComputeDevice GPU = new ComputeDevice.Cuda(1, 0.5);
  private static final DecoderOptions OPTIONS =
      new DecoderOptions(16, 1000, 1, 512, Attention.OWN, GPU);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0, 1", "119, 1", "120, 2", "1_000, 90", "1_380, 128", "2_660, 256", "99_999, 256"})
  void slotsAreAsManyAsFit(String budget, int slots) {
    long bytes = Long.parseLong(budget.replace("_", ""));
    assertThat(GpuSlots.fitting(count -> 100 + 10L * count, bytes)).isEqualTo(slots);
  }

  @Test
  void onlyAShareOfWhatIsFreeIsTaken() {
    assertThat(new ComputeDevice.Cuda(0, 0.25).budget(8_000)).isEqualTo(2_000);
    assertThat(new ComputeDevice.Cuda(0, 1).budget(8_000)).isEqualTo(8_000);
  }

  @Test
  void devicesAreReadFromText() {
    assertThat(ComputeDevice.parse("cpu", 0.9)).isEqualTo(ComputeDevice.CPU);
    assertThat(ComputeDevice.parse("cuda", 0.9)).isEqualTo(new ComputeDevice.Cuda(0, 0.9));
    assertThat(ComputeDevice.parse("cuda:1", 0.5)).isEqualTo(GPU);
    assertThat(GPU.label()).isEqualTo("cuda:1");
  }

  @Test
  void stagesHaveTheGpusThatAreNamedOrThoseThatFollow() {
    ComputeDevice named = ComputeDevice.parse("cuda:4,2", 0.5);
    assertThat(named).isEqualTo(new ComputeDevice.Cuda(4, 0.5, List.of(2)));
    assertThat(named.label()).isEqualTo("cuda:4,2");
    assertThat(named.ofStage(0)).isEqualTo(new ComputeDevice.Cuda(4, 0.5));
    assertThat(named.ofStage(1)).isEqualTo(new ComputeDevice.Cuda(2, 0.5));
    assertThatThrownBy(() -> named.ofStage(2))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot run stage 3 of the model: found 2 GPUs (cuda:4,2), expected one for each stage."
                + " Name more, or raise spark.task.resource.gpu.amount.");
    assertThat(GPU.ofStage(2)).isEqualTo(new ComputeDevice.Cuda(3, 0.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1,", "CPU", "cuda:12345", ""})
  void otherDevicesAreRefused(String text) {
    assertThatThrownBy(() -> ComputeDevice.parse(text, 0.9))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "Invalid device: found "
                + text
                + ", expected cpu, cuda, cuda:N or cuda:N,N. Change the engine's options.");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.1, Double.NaN})
  void sharesThatAreNoneAreRefused(double share) {
    assertThatThrownBy(() -> new ComputeDevice.Cuda(0, share))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("Invalid share of the GPU's memory: found " + share);
  }

  /** 4 layers of 2 key-value heads of 32, keys and values, 2 bytes a number. */
  @Test
  void keysAndValuesOfSixteenBitsTakeHalf() {
    MemoryNeed need = MemoryNeed.of(convert(Precision.FP16), OPTIONS);
    assertThat(need.cache()).isEqualTo(16L * 1000 * 4 * 2 * 32 * 2 * 2);
    assertThat(need.libraries()).isEqualTo(512 * MIB);
  }

  /**
   * The largest matrix in blocks, the head of 4,096 x 192, is widened to 16 bits in a pass; blocks
   * themselves are read as they are in the files.
   */
  @Test
  void matricesInBlocksAreCountedAsTheyAreUsed() throws IOException {
    ModelPackage model = convert(Precision.INT8);
    long files =
        Files.size(model.graph()) + Files.size(model.graph().resolveSibling("model.onnx.data"));
    MemoryNeed blocks = MemoryNeed.of(model, OPTIONS);
    assertThat(blocks.weights()).isBetween(files, files + 131_072L * 32 * 4);
    Architecture tiny = model.architecture();
    long states = 24L * 512 * tiny.hiddenSize() * 2;
    long logits = 4L * 16 * tiny.vocabularySize() * 4;
    assertThat(blocks.workspace()).isEqualTo(states + logits + 4_096 * 192 * 2);
  }

  /** Down projections of an 8B model, and heads of Llama 3 of 1B and 8B: of these a quarter. */
  @ParameterizedTest
  @CsvSource({"14336, 4096, 117440512", "2048, 128256, 134217728", "4096, 128256, 268435456"})
  void largeHeadsAreWidenedInParts(long inputs, long outputs, long bytes) {
    assertThat(GraphMemory.widened(inputs, outputs)).isEqualTo(bytes);
  }

  /** Rank 8 of all products, beside rank-0 inputs in the graph. */
  @Test
  void adaptersThatThePackageCarriesAreCounted() throws IOException {
    long without = MemoryNeed.of(convert(Precision.FP16), OPTIONS).weights();
    Path target = folder.resolve("with adapter");
    Converter.convert(
        ConversionRequest.of(
                Fixtures.transformers().toString(),
                target,
                new Storage(Precision.FP16, 32, Device.CUDA))
            .withAdapters(List.of(Fixtures.lora())));
    ModelPackage model = ModelPackages.open(target);
    long adapter = Files.size(model.adapter("lora-peft"));
    assertThat(MemoryNeed.of(model, OPTIONS).weights() - without)
        .isBetween(adapter, adapter + 50_000);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheNumbersAndASuggestion() {
    MemoryNeed need = new MemoryNeed(80 * MIB, 160 * MIB, 40 * MIB, 20 * MIB);
    assertThatCode(() -> MemoryCheck.require(need, OPTIONS, OptionalLong.of(300 * MIB)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> MemoryCheck.require(need, OPTIONS, OptionalLong.of(200 * MIB)))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot fit the model on cuda:1: it needs 300 MiB (weights 80, 16 slots of 1000 tokens"
                + " 160, workspace 40, CUDA's libraries 20), found 200 MiB. Use 6 slots, a smaller"
                + " capacity, or leave the engine more of the GPU's memory (nvidia-smi lists other"
                + " processes; spark.llama.gpu.memoryFraction, --gpu-memory-fraction).");
  }

  @Test
  void slotsBeyondAnOperatorsReachAreRefused() {
    Architecture tiny = ModelPackages.open(Fixtures.genaiFp32()).architecture();
    assertThatCode(() -> DeviceCache.require(tiny, 255, 131_072)).doesNotThrowAnyException();
    assertThatThrownBy(() -> DeviceCache.require(tiny, 256, 131_072))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot keep 256 slots of 131072 tokens: found 33,554,432 tokens together, expected at"
                + " most 33,554,431 with keys of 64 numbers. Use fewer slots or a smaller"
                + " capacity.");
  }

  private ModelPackage convert(Precision precision) {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(
            Fixtures.transformers().toString(), target, new Storage(precision, 32, Device.CUDA)));
    return ModelPackages.open(target);
  }
}
