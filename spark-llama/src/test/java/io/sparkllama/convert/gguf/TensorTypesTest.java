package io.sparkllama.convert.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.source.SourceLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tensor type, bit for bit as gguf-py dequantizes it. */
class TensorTypesTest {

  private static final Path FOLDER = Path.of(System.getProperty("fixtures"), "gguf-types");
  private static GgufFile file;

  @BeforeAll
  static void open() {
    file = GgufFile.open(SourceLocation.of(FOLDER.resolve("gguf-types.gguf").toString()).open());
  }

  @AfterAll
  static void close() {
    file.close();
  }

  static Stream<Arguments> tensors() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(FOLDER.resolve("gguf-types.json").toFile());
    return golden.properties().stream()
        .flatMap(
            kind ->
                kind.getValue().properties().stream()
                    .map(
                        (Map.Entry<String, JsonNode> tensor) ->
                            Arguments.of(
                                kind.getKey() + "." + tensor.getKey(), tensor.getValue())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tensors")
  void valuesAreThoseOfGgufPy(String name, JsonNode expected) throws NoSuchAlgorithmException {
    GgufTensor tensor = file.tensor(name).orElseThrow();
    assertThat(tensor.type()).hasToString(expected.get("type").asText());
    float[] row = new float[tensor.columns()];
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < tensor.rows(); i++) {
      file.row(tensor, i, row);
      bytes.asFloatBuffer().put(row);
      digest.update(bytes.duplicate());
      if (i == 0) {
        for (int j = 0; j < 16; j++) {
          assertThat((double) row[j])
              .isCloseTo(expected.get("first16").get(j).asDouble(), within(1e-6));
        }
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo(expected.get("sha256_f32").asText());
  }
}
