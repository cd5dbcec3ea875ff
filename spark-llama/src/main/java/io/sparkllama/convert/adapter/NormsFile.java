package io.sparkllama.convert.adapter;

import io.sparkllama.convert.weights.LayerNorms;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checkpoint's norms beside a package that has folded them into its weights, for adapters that
 * come later: {@code float[layers, 2, hidden]}, little-endian, of each layer the norm before
 * attention and then that before the feed-forward block.
 */
public final class NormsFile implements LayerNorms {

  public static final String NAME = "norms.f32";

  private final ByteBuffer values;
  private final int hidden;

  private NormsFile(ByteBuffer values, int hidden) {
    this.values = values;
    this.hidden = hidden;
  }

  public static void write(LayerNorms norms, Architecture architecture, Path file)
      throws IOException {
    byte[] bytes = new byte[size(architecture)];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      put(values, norms.attentionNorm(layer));
      put(values, norms.feedForwardNorm(layer));
    }
    Files.write(file, bytes);
  }

  private static int size(Architecture architecture) {
    return Math.multiplyExact(2 * architecture.layers(), architecture.hiddenSize() * Float.BYTES);
  }

  private static void put(ByteBuffer values, float[] norm) {
    for (float value : norm) {
      values.putFloat(value);
    }
  }

  /** Reads the file of a package. */
  public static NormsFile read(Path file, Architecture architecture) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int expected = size(architecture);
      if (bytes.length != expected) {
        throw new ConversionException(
            "Invalid %s: found %d bytes, expected %d. Copy the package again."
                .formatted(file, bytes.length, expected));
      }
      return new NormsFile(
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), architecture.hiddenSize());
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Convert the model with --lora-rank.".formatted(file, e), e);
    }
  }

  @Override
  public float[] attentionNorm(int layer) {
    return norm(2 * layer);
  }

  @Override
  public float[] feedForwardNorm(int layer) {
    return norm(2 * layer + 1);
  }

  private float[] norm(int index) {
    float[] norm = new float[hidden];
    values
        .slice(index * hidden * Float.BYTES, hidden * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(norm);
    return norm;
  }
}
