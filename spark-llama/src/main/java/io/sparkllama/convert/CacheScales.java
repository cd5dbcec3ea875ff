package io.sparkllama.convert;

import io.sparkllama.convert.calibrate.CacheMaxima;
import io.sparkllama.convert.calibrate.SampleTexts;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.runtime.StatisticsRun;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.Map;

/**
 * The file by which a KV cache of 8 bits scales its values: {@code float[layers, 2, kv_heads *
 * head_size]}, little-endian, of each layer keys and then values; a stored level times its scale is
 * the value. It holds the largest magnitude of each channel over the calibration text, over 127.
 */
public final class CacheScales {

  public static final String NAME = "kv_scales.f32";

  private static final int TOKENS = 2048;
  private static final float LEVELS = 127;

  private CacheScales() {}

  /** Runs a package over the calibration text and writes the file beside it. */
  static void write(ModelPackage model, int threads) {
    try (StatisticsRun run =
            StatisticsRun.open(
                CacheMaxima.graph(ModelProto.parseFrom(Files.readAllBytes(model.graph()))),
                model.folder(),
                model.architecture(),
                StatisticsRun.Combination.MAXIMUM,
                threads);
        LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      SampleTexts.CALIBRATION
          .windows(tokenizer, TOKENS, model.architecture().contextLength())
          .forEach(run::add);
      Files.write(model.folder().resolve(NAME), bytes(model.architecture(), run.totals()));
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot write %s of %s: %s. Check the folder's rights and the free space."
              .formatted(NAME, model.folder(), e),
          e);
    }
  }

  private static byte[] bytes(Architecture architecture, Map<String, FloatBuffer> maxima) {
    int channels = architecture.keyValueHeads() * architecture.headSize();
    byte[] bytes = new byte[2 * architecture.layers() * channels * Float.BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      for (String part : CacheMaxima.PARTS) {
        FloatBuffer channel = maxima.get(CacheMaxima.output(layer, part));
        for (int i = 0; i < channels; i++) {
          out.putFloat(channel.get(i) / LEVELS);
        }
      }
    }
    return bytes;
  }
}
