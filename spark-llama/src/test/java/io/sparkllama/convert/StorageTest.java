package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.testing.Answers;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How weights are stored: what is exact, what is close, what is refused. */
class StorageTest {

  private static final String GOLDEN = "tiny-llama3/golden-fp32.jsonl";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"BF16, CPU, 32", "W8A8, CUDA, 32", "FP32, CUDA, 32", "INT4, CPU, 48", "INT8, CPU, 0"})
  void whatHasNoKernelsIsRefused(Precision precision, Device device, int block) {
    assertThatThrownBy(() -> new Storage(precision, block, device))
        .isInstanceOf(ConversionException.class);
  }

  /** Weights of 16 bits lose little: nearly all answers stay. */
  @Test
  void fp16AnswersAsTheOriginal() {
    ModelPackage model = convert(Fixtures.transformers(), Storage.of(Precision.FP16)).model();
    assertThat(Answers.different(model, GOLDEN)).hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"INT8, 32, 4", "INT8, 64, 4", "INT4, 32, 17", "MIXED, 32, 15", "MIXED, 64, 17"})
  void blocksAnswerMuchAsTheOriginal(Precision precision, int block, int different) {
    Storage storage = new Storage(precision, block, Device.CPU);
    Made made = convert(Fixtures.transformers(), storage);
    assertThat(Answers.different(made.model(), GOLDEN)).hasSizeLessThanOrEqualTo(different);
    assertThat(made.report().deviation().orElseThrow().divergence()).isLessThan(0.2);
  }

  /** Q4_0 and Q8_0 are blocks of 32 with a 16-bit scale, and so are these packages. */
  @ParameterizedTest
  @CsvSource({"Q8_0, INT8", "Q4_0, INT4"})
  void blocksOfAGgufFileAreCarriedOverBitByBit(String type, Precision precision) {
    Map<String, Double> errors =
        convert(Fixtures.gguf(type), Storage.of(precision)).report().weightErrors();
    // The table of the Q4_0 file has another type.
    assertThat(errors.keySet())
        .filteredOn(name -> name.startsWith("layers."))
        .hasSize(20)
        .allSatisfy(name -> assertThat(errors.get(name)).describedAs(name).isZero());
  }

  /** The original's values are no blocks of 4 bits, so something must be lost. */
  @Test
  void theReportSaysWhatIsLost() {
    ConversionReport report = convert(Fixtures.transformers(), Storage.of(Precision.INT4)).report();
    assertThat(report.calibration()).isEqualTo(ConversionReport.Calibration.CALIBRATED);
    assertThat(report.weightError()).isBetween(0.02, 0.2);
    assertThat(report.worstTensor().orElseThrow().getValue()).isGreaterThan(0.05);
    assertThat(report.parameters()).isEqualTo(parameters());
  }

  /** From the configuration: embedding, four layers of attention and feed-forward. */
  private static long parameters() {
    long attention = 192L * (192 + 64 + 64) + 192L * 192;
    long feedForward = 3L * 192 * 512;
    return 4096L * 192 + 4 * (attention + feedForward);
  }

  @ParameterizedTest
  @CsvSource({"FP16", "BF16", "INT8", "INT4", "MIXED"})
  void cudaPackagesComputeInSixteenBits(Precision precision) throws IOException {
    Storage storage = new Storage(precision, 32, Device.CUDA);
    ModelPackage model = convert(Fixtures.transformers(), storage).model();
    ModelProto graph = ModelProto.parseFrom(Files.readAllBytes(model.graph()));
    int expected = precision == Precision.BF16 ? DataType.BFLOAT16_VALUE : DataType.FLOAT16_VALUE;
    assertThat(graph.getGraph().getInputList())
        .filteredOn(input -> input.getName().startsWith("past_key_values"))
        .hasSize(8)
        .allSatisfy(
            input -> assertThat(input.getType().getTensorType().getElemType()).isEqualTo(expected));
    assertThatThrownBy(() -> LlamaEngine.open(model, EngineOptions.DEFAULTS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("on the CPU");
  }

  private record Made(ModelPackage model, ConversionReport report) {}

  private Made convert(Path source, Storage storage) {
    Path target = folder.resolve("package");
    ConversionReport report =
        Converter.convert(ConversionRequest.of(source.toString(), target, storage));
    return new Made(ModelPackages.open(target), report);
  }
}
