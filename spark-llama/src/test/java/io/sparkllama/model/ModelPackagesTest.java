package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPackagesTest {

  @TempDir Path temp;

  /** The numbers with which the tiny model was trained. */
  private static final Architecture TINY = new Architecture(4, 6, 2, 32, 192, 4096, 2048);

  private static final ControlTokens LLAMA3 =
      new ControlTokens(OptionalInt.of(4085), true, List.of(4086, 4093, 4094));

  @Test
  void opensWhatTheGenaiBuilderWrites() {
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    assertThat(model.layout()).isEqualTo(ModelPackage.Layout.ONNXRUNTIME_GENAI);
    assertThat(model.architecture()).isEqualTo(TINY);
    assertThat(model.controlTokens()).isEqualTo(LLAMA3);
    assertThat(model.chatStyle()).contains(ChatStyle.LLAMA3);
    assertThat(model.graph()).hasFileName("model.onnx");
    assertThat(model.tokenizer()).hasFileName("tokenizer.json");
    assertThat(model.manifest()).isEmpty();
  }

  @Test
  void opensWhatOptimumWrites() {
    ModelPackage model = ModelPackages.open(Fixtures.optimumFp32());
    assertThat(model.layout()).isEqualTo(ModelPackage.Layout.OPTIMUM);
    assertThat(model.architecture()).isEqualTo(TINY);
    assertThat(model.controlTokens()).isEqualTo(LLAMA3);
    assertThat(model.chatStyle()).contains(ChatStyle.LLAMA3);
  }

  @Test
  void opensTheLayoutOfTransformersJs() throws IOException {
    Path folder = Fixtures.copy(Fixtures.optimumFp32(), temp);
    Path onnx = Files.createDirectory(folder.resolve("onnx"));
    Files.move(folder.resolve("model.onnx"), onnx.resolve("model.onnx"));
    ModelPackage model = ModelPackages.open(folder);
    assertThat(model.layout()).isEqualTo(ModelPackage.Layout.TRANSFORMERS_JS);
    assertThat(model.architecture()).isEqualTo(TINY);
    assertThat(model.controlTokens()).isEqualTo(LLAMA3);
    assertThat(model.graph()).isEqualTo(folder.toRealPath().resolve("onnx/model.onnx"));
  }

  @Test
  void takesTheVariantThatIsAskedFor() throws IOException {
    Path folder = Fixtures.copy(Fixtures.optimumFp32(), temp);
    Path onnx = Files.createDirectory(folder.resolve("onnx"));
    Files.copy(folder.resolve("model.onnx"), onnx.resolve("model_int8.onnx"));
    Files.copy(folder.resolve("model.onnx"), onnx.resolve("model_q4.onnx"));
    Files.move(folder.resolve("model.onnx"), onnx.resolve("model.onnx"));
    assertThat(ModelPackages.open(folder).graph()).hasFileName("model_q4.onnx");
    assertThat(ModelPackages.open(folder, Optional.of("int8")).graph())
        .hasFileName("model_int8.onnx");
    assertThat(ModelPackages.open(folder, Optional.of("fp32")).graph()).hasFileName("model.onnx");
    assertThatThrownBy(() -> ModelPackages.open(folder, Optional.of("q8")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("onnx/model_q8.onnx is missing");
  }

  @Test
  void aVariantOfALayoutWithOneGraphIsAMistake() {
    assertThatThrownBy(() -> ModelPackages.open(Fixtures.genaiInt4(), Optional.of("q4")))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("variant q4", "Leave the variant out");
  }
}
