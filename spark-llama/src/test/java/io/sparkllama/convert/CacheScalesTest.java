package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkllama.convert.calibrate.SampleTexts;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scales of the KV cache, where they can be worked out by hand. */
class CacheScalesTest {

  private static final int CHANNELS = 64;

  @TempDir private Path folder;

  /** A value of the first layer is a product with one token's normalized embedding. */
  @Test
  void scalesCoverTheLargestValuesOfTheText() throws IOException {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.FP16));
    ModelPackage model = ModelPackages.open(target);
    byte[] bytes = Files.readAllBytes(target.resolve(CacheScales.NAME));
    assertThat(bytes).hasSize(4 * 2 * CHANNELS * Float.BYTES);
    ByteBuffer scales = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] expected = largestValues(model);
    for (int channel = 0; channel < CHANNELS; channel++) {
      float largest = 127 * scales.getFloat((CHANNELS + channel) * Float.BYTES);
      assertThat(largest).isCloseTo(expected[channel], within(0.01f * expected[channel]));
    }
  }

  private float[] largestValues(ModelPackage model) {
    float[] largest = new float[CHANNELS];
    try (NewFolder texts = NewFolder.create(folder.resolve("texts"));
        Checkpoint checkpoint = FolderCheckpoint.open(folderOf(), folderOf(), texts);
        LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      WeightSource weights = checkpoint.weights();
      Matrix table = weights.find("model.embed_tokens.weight").orElseThrow();
      float[] norm = row(weights.find("model.layers.0.input_layernorm.weight").orElseThrow(), 0);
      Matrix values = weights.find("model.layers.0.self_attn.v_proj.weight").orElseThrow();
      for (Tokens window : SampleTexts.CALIBRATION.windows(tokenizer, 2048, 2048)) {
        window.stream()
            .distinct()
            .forEach(token -> take(normalized(row(table, token), norm), values, largest));
      }
    }
    return largest;
  }

  private static void take(float[] input, Matrix values, float[] largest) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      float[] weight = row(values, channel);
      float sum = 0;
      for (int i = 0; i < input.length; i++) {
        sum += weight[i] * input[i];
      }
      largest[channel] = Math.max(largest[channel], Math.abs(sum));
    }
  }

  private static float[] normalized(float[] state, float[] norm) {
    double square = 0;
    for (float value : state) {
      square += value * value;
    }
    double length = Math.sqrt(square / state.length + 1e-5);
    for (int i = 0; i < state.length; i++) {
      state[i] = (float) (state[i] / length * norm[i]);
    }
    return state;
  }

  private static float[] row(Matrix matrix, int row) {
    float[] values = new float[matrix.columns()];
    matrix.row(row, values);
    return values;
  }

  private static SourceLocation folderOf() {
    return SourceLocation.of(Fixtures.transformers().toString());
  }
}
