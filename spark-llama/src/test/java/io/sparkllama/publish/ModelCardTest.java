package io.sparkllama.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.convert.ConversionReport;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.model.Sha256;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {

  @TempDir Path temp;

  @Test
  void itTellsWhatTheConversionMeasured() throws IOException {
    Path source = Files.createDirectory(temp.resolve("source"));
    try (Stream<Path> files = Files.list(Fixtures.transformers())) {
      for (Path file : files.toList()) {
        Files.copy(file, source.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        source.resolve("README.md"), "---\nlicense: other\nlicense_name: llama3.2\n---\n# It\n");
    Files.writeString(source.resolve("LICENSE.txt"), "Terms");
    Path model = temp.resolve("tiny-int4");
    ConversionReport report = convert(source, model);
    String card = ModelCard.of(ModelPackages.open(model), Optional.empty());
    assertThat(card)
        .startsWith("---\nlicense: llama3.2\n")
        .contains("| made from | `source` (safetensors) |")
        .contains(Sha256.of(source.resolve("model.safetensors")))
        .contains("| precision | int4 |")
        .contains("%.5f".formatted(report.deviation().orElseThrow().divergence()))
        .contains("2,048 tokens at most together");
    assertThat(model.resolve("LICENSE.txt")).hasContent("Terms");
  }

  @Test
  void whatIsNotKnownIsSaid() {
    String card = ModelCard.of(ModelPackages.open(Fixtures.genaiInt4()), Optional.empty());
    assertThat(card).contains("license: unknown", "Not measured.", "ask whoever made the source");
    assertThat(ModelCard.of(ModelPackages.open(Fixtures.genaiInt4()), Optional.of("mit")))
        .startsWith("---\nlicense: mit\n");
  }

  @Test
  void anExportForCudaTellsWhatItNeedsOfAGpu() {
    assertThat(ModelCard.of(ModelPackages.open(Fixtures.genaiCudaInt4()), Optional.empty()))
        .contains("| precision | int4 |")
        .containsPattern("16 slots of 2,048 tokens takes \\d+ MiB of a GPU's memory");
  }

  private static ConversionReport convert(Path source, Path target) {
    return Converter.convert(
        ConversionRequest.of(
            source.toString(), target, new Storage(Precision.INT4, 32, Device.CPU)));
  }
}
