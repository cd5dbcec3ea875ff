package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.errors.ModelException;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes of a file are wrong, opening either succeeds or fails in our own words. */
class DamagedFilesTest {

  private static final int ROUNDS = 60;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "genai_config.json", "tokenizer.json"})
  void randomDamageIsReportedOrHarmless(String name) throws IOException {
    Path folder = Fixtures.copy(Fixtures.genaiInt4(), temp);
    Path file = folder.resolve(name);
    byte[] original = Files.readAllBytes(file);
    Random random = new Random(20);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, damaged(original, random));
      Throwable thrown = openingError(folder);
      if (thrown != null) {
        assertThat(thrown)
            .as("round %d", round)
            .isInstanceOf(ModelException.class)
            .message()
            .matches("(?s)(Cannot|Invalid).*");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static Throwable openingError(Path folder) {
    try {
      LlamaTokenizer.open(ModelPackages.open(folder)).close();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** Some bytes changed in the first part, where the structure is, or the end cut off. */
  private static byte[] damaged(byte[] original, Random random) {
    byte[] bytes = original.clone();
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(Math.min(bytes.length, 4000))] = (byte) random.nextInt();
    }
    return bytes;
  }
}
