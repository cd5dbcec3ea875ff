package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.testing.SafeTensorsParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of the transformers library that are damaged or describe another kind of model. */
class DamagedFolderTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path source;
  private Path weights;

  @BeforeEach
  void copy() {
    source = Fixtures.copy(Fixtures.transformers(), folder.resolve("source"));
    weights = source.resolve("model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 100, 3_000, 1_000_000, 4_726_135})
  void aTruncatedFileIsRefused(int length) throws IOException {
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), length));
    assertRefused("Invalid safetensors file");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 1L << 40, Long.MAX_VALUE})
  void aTableOfAnImpossibleLengthIsRefused(long length) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    Files.write(weights, bytes);
    assertRefused("found a table of");
  }

  @ParameterizedTest
  @CsvSource({
    "dtype, \"F8_E4M3\", of type F8_E4M3",
    "shape, '[192, -1]', with size -1",
    "shape, '[2000000000, 2000000000, 2000000000, 8]', expected",
    "shape, '[]', with 0 dimensions",
    "data_offsets, '[0, 99999999999]', expected a range of its size",
    "data_offsets, '[-4, 384]', expected a range of its size"
  })
  void aDamagedEntryIsRefused(String field, String value, String message) throws IOException {
    SafeTensorsParts parts = SafeTensorsParts.read(weights);
    ((ObjectNode) parts.table().get("model.norm.weight")).set(field, JSON.readTree(value));
    parts.write(weights);
    assertRefused(message);
  }

  @Test
  void tensorsThatOverlapAreRefused() throws IOException {
    SafeTensorsParts parts = SafeTensorsParts.read(weights);
    ObjectNode norm = (ObjectNode) parts.table().get("model.norm.weight");
    norm.set("data_offsets", JSON.createArrayNode().add(2).add(2 + 2 * 192));
    parts.write(weights);
    assertRefused("inside");
  }

  @Test
  void aNameThatComesTwiceIsRefused() throws IOException {
    SafeTensorsParts parts = SafeTensorsParts.read(weights);
    String entry = "\"model.norm.weight\":" + parts.table().get("model.norm.weight");
    String table = parts.table().toString();
    SafeTensorsParts.write(weights, table.replace(entry, entry + "," + entry), parts.values());
    assertRefused("Duplicate field");
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    SafeTensorsParts parts = SafeTensorsParts.read(weights);
    parts.table().remove("model.layers.2.mlp.up_proj.weight");
    parts.write(weights);
    assertRefused("model.layers.2.mlp.up_proj.weight found nothing, expected 512 x 192");
  }

  /** With its bias left out the model would answer, and wrongly. */
  @Test
  void aTensorThatALlamaHasNotIsNamed() throws IOException {
    SafeTensorsParts parts = SafeTensorsParts.read(weights);
    parts
        .table()
        .set("model.layers.0.self_attn.q_proj.bias", parts.table().remove("model.norm.weight"));
    parts.write(weights);
    assertRefused("model.layers.0.self_attn.q_proj.bias");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] = 0x7f;
    bytes[bytes.length - 2] = (byte) 0xc0;
    Files.write(weights, bytes);
    assertRefused("not finite");
  }

  @ParameterizedTest
  @CsvSource({
    "model_type, '\"mistral\"', model_type mistral",
    "hidden_act, '\"gelu\"', hidden_act gelu",
    "attention_bias, true, attention_bias",
    "sliding_window, 4096, sliding-window",
    "quantization_config, '{\"quant_method\": \"gptq\"}', quantized already",
    "rope_parameters, '{\"rope_type\": \"yarn\", \"factor\": 4}', rope type yarn",
    "num_attention_heads, 7, whole number of heads",
    "intermediate_size, 0, intermediate_size 0"
  })
  void anotherKindOfModelIsRefused(String key, String value, String message) throws IOException {
    Path file = source.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.set(key, JSON.readTree(value));
    JSON.writeValue(file.toFile(), config);
    assertRefused(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
  void aMissingFileIsNamed(String name) throws IOException {
    Files.delete(source.resolve(name));
    assertRefused(name);
  }

  private void assertRefused(String message) throws IOException {
    assertThatThrownBy(
            () ->
                Converter.convert(
                    ConversionRequest.of(source, folder.resolve("package"), Precision.INT8)))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining(message);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(source);
    }
  }
}
