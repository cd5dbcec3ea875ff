package io.sparkllama.convert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufTensor;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Any bytes are read or refused with a {@link ConversionException}: no other exception, no hang, no
 * allocation beyond what the file's size allows. An ordinary test run replays the inputs of the
 * resources; {@code ci/fuzz.sh} looks for new ones.
 */
class ParserFuzzTest {

  @FuzzTest(maxDuration = "6m")
  void gguf(byte[] bytes) throws IOException {
    Path path = file(bytes);
    try (GgufFile file = GgufFile.open(SourceLocation.of(path.toString()).open())) {
      for (GgufTensor tensor : file.tensors().values()) {
        float[] row = new float[tensor.columns()];
        file.row(tensor, 0, row);
        file.row(tensor, tensor.rows() - 1, row);
      }
    } catch (ConversionException e) {
      requireRemedy(e);
    } finally {
      Files.delete(path);
    }
  }

  @FuzzTest(maxDuration = "6m")
  void safetensors(byte[] bytes) throws IOException {
    Path path = file(bytes);
    try (SafeTensorsFile file = SafeTensorsFile.open(SourceLocation.of(path.toString()).open())) {
      for (TensorEntry entry : file.entries().values()) {
        float[] row = new float[entry.columns()];
        file.row(entry, 0, row);
        file.row(entry, entry.rows() - 1, row);
      }
    } catch (ConversionException e) {
      requireRemedy(e);
    } finally {
      Files.delete(path);
    }
  }

  private static Path file(byte[] bytes) throws IOException {
    Path path = Files.createTempFile("fuzz", ".bin");
    return Files.write(path, bytes);
  }

  private static void requireRemedy(ConversionException e) {
    if (!e.getMessage().matches("(?s)(Invalid|Cannot) .*found.*\\.")) {
      throw new AssertionError("no finding and remedy in: " + e.getMessage(), e);
    }
  }
}
