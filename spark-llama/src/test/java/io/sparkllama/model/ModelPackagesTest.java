package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.testing.Fixtures;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelPackagesTest {

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
}
