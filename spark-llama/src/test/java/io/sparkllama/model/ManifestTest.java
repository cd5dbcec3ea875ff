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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

  @TempDir Path temp;
  private Path folder;
  private Manifest manifest;

  @BeforeEach
  void writePackage() throws IOException {
    folder = Fixtures.copy(Fixtures.genaiInt4(), temp.resolve("model"));
    Files.delete(folder.resolve("genai_config.json"));
    manifest = Manifests.of(folder);
    ManifestJson.write(manifest, config());
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(ManifestJson.read(config())).isEqualTo(manifest);
  }

  @Test
  void ourOwnLayoutOpens() {
    ModelPackage model = ModelPackages.open(folder);
    assertThat(model.layout()).isEqualTo(ModelPackage.Layout.SPARK_LLAMA);
    assertThat(model.manifest()).contains(manifest);
    assertThat(model.prompts()).containsEntry("sentiment", Manifests.PROMPT);
    assertThat(model.controlTokens()).isEqualTo(manifest.controlTokens());
  }

  @Test
  void theIdentityFollowsTheContentOnly() {
    String identity = ModelPackages.open(folder).sha256();
    assertThat(identity).matches("[0-9a-f]{64}");
    Path moved = Fixtures.copy(folder, temp.resolve("elsewhere"));
    assertThat(ModelPackages.open(moved).sha256()).isEqualTo(identity);
    assertThat(ModelPackages.open(Fixtures.genaiInt4()).sha256()).isEqualTo(identity);
    assertThat(ModelPackages.open(Fixtures.genaiFp32()).sha256()).isNotEqualTo(identity);
  }

  @Test
  void aChangedFileOfTheSameSizeIsFound() throws IOException {
    Path data = folder.resolve("model.onnx.data");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    assertThatThrownBy(() -> ModelPackages.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("model.onnx.data", "SHA-256", "Copy the file again");
  }

  @Test
  void aFileOfAnotherSizeIsFound() throws IOException {
    replace("\"size\" : " + Files.size(folder.resolve("tokenizer.json")), "\"size\" : 7");
    assertThatThrownBy(() -> ModelPackages.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("tokenizer.json", "expected 7 bytes", "Copy the file again");
  }

  @Test
  void aFileThatIsNotListedIsFound() {
    List<Manifest.FileEntry> files =
        manifest.files().stream().filter(file -> !file.path().endsWith(".data")).toList();
    ManifestJson.write(Manifests.of(files), config());
    assertThatThrownBy(() -> ModelPackages.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("does not list", "model.onnx.data", "Convert the model again");
  }

  @Test
  void aListedFileOutsideIsRefused() throws IOException {
    replace("\"path\" : \"model.onnx.data\"", "\"path\" : \"../model.onnx.data\"");
    assertThatThrownBy(() -> ModelPackages.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("../model.onnx.data", "outside of the folder");
  }

  @Test
  void errorsNameTheField() throws IOException {
    replace("\"layers\" : 4", "\"layers\" : \"four\"");
    assertThatThrownBy(() -> ManifestJson.read(config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("spark-llama.json", "architecture.layers", "convert");
  }

  @Test
  void aMissingFieldIsNamed() throws IOException {
    replace("\"chatStyle\" : \"LLAMA3\",", "");
    assertThatThrownBy(() -> ManifestJson.read(config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("spark-llama.json", "chatStyle");
  }

  @Test
  void anUnknownFieldIsNamed() throws IOException {
    replace("\"layers\" : 4", "\"layers\" : 4, \"floors\" : 2");
    assertThatThrownBy(() -> ManifestJson.read(config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("spark-llama.json", "architecture.floors");
  }

  @Test
  void anotherFormatVersionIsRefused() throws IOException {
    replace("\"formatVersion\" : 2", "\"formatVersion\" : 3");
    assertThatThrownBy(() -> ManifestJson.read(config()))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("formatVersion is 3", "expected 2");
  }

  @Test
  void aMissingCpuFeatureIsRefused() {
    Manifest.Quantization w8a8 = Manifests.quantization("w8a8", Optional.of("vnni"));
    CpuCheck.run(config(), w8a8, () -> true);
    assertThatThrownBy(() -> CpuCheck.run(config(), w8a8, () -> false))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("spark-llama.json", "w8a8", "vnni", "--precision int8");
    Manifest.Quantization other = Manifests.quantization("w8a8", Optional.of("amx"));
    assertThatThrownBy(() -> CpuCheck.run(config(), other, () -> true))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("amx");
  }

  @Test
  void vnniIsReadFromTheProcessorsFlags() {
    assertThat(CpuFeatures.hasVnni("flags : fpu avx512f avx512_vnni sse\n")).isTrue();
    assertThat(CpuFeatures.hasVnni("flags : fpu avx2 avx_vnni\n")).isTrue();
    assertThat(CpuFeatures.hasVnni("flags : fpu avx512f avx2 sse avx_vnni_int8x\n")).isFalse();
    assertThat(CpuFeatures.hasVnni("")).isFalse();
  }

  private Path config() {
    return folder.resolve(Manifest.FILE_NAME);
  }

  private void replace(String from, String to) throws IOException {
    String text = Files.readString(config());
    assertThat(text).contains(from);
    Files.writeString(config(), text.replace(from, to));
  }
}
