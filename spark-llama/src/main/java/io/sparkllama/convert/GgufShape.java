package io.sparkllama.convert;

import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufMetadata;
import io.sparkllama.convert.gguf.GgufTensor;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.RotaryFrequencies;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;
import java.util.Optional;

/** Reads the decoder's shape from a GGUF file's metadata. */
final class GgufShape {

  private final GgufFile file;
  private final GgufMetadata metadata;

  private GgufShape(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
  }

  static LlamaShape read(GgufFile file, RopeFactors ropeFactors) {
    GgufShape shape = new GgufShape(file);
    shape.requireLlama();
    Architecture architecture = shape.architecture();
    return new LlamaShape(
        architecture,
        shape.metadata.positive("llama.feed_forward_length"),
        (float) shape.metadata.number("llama.attention.layer_norm_rms_epsilon"),
        shape.frequencies(architecture, ropeFactors));
  }

  private Architecture architecture() {
    int heads = metadata.positive("llama.attention.head_count");
    int hidden = metadata.positive("llama.embedding_length");
    int headSize = metadata.optionalPositive("llama.attention.key_length").orElse(hidden / heads);
    int rotated = metadata.optionalPositive("llama.rope.dimension_count").orElse(headSize);
    if (rotated != headSize) {
      throw unsupported("rotary positions over " + rotated + " values", "over " + headSize);
    }
    return new Architecture(
        metadata.positive("llama.block_count"),
        heads,
        metadata.optionalPositive("llama.attention.head_count_kv").orElse(heads),
        headSize,
        hidden,
        metadata.strings("tokenizer.ggml.tokens").size(),
        metadata.positive("llama.context_length"));
  }

  private void requireLlama() {
    String name = metadata.string("general.architecture");
    if (!name.equals("llama")) {
      throw unsupported("architecture " + name, "llama");
    }
    if (metadata.optionalNumber("llama.expert_count").orElse(0.0) > 0) {
      throw unsupported("a mixture of experts", "one feed-forward block a layer");
    }
    if (metadata.has("llama.attention.sliding_window")) {
      throw unsupported("sliding-window attention", "attention over the whole context");
    }
  }

  private RotaryFrequencies frequencies(Architecture architecture, RopeFactors ropeFactors) {
    double base = metadata.optionalNumber("llama.rope.freq_base").orElse(10000.0);
    RotaryFrequencies plain =
        RotaryFrequencies.of(base, architecture.headSize()).dividedBy(linearFactor());
    Optional<GgufTensor> factors = file.tensor("rope_freqs.weight");
    if (factors.isEmpty() || !ropeFactors.apply(architecture.contextLength())) {
      return plain;
    }
    if (factors.get().columns() != plain.count()) {
      throw unsupported(
          "rope_freqs.weight of shape " + factors.get().shape(), plain.count() + " values");
    }
    float[] divisors = new float[plain.count()];
    file.row(factors.get(), 0, divisors);
    return plain.dividedBy(divisors);
  }

  private double linearFactor() {
    String type = metadata.optionalString("llama.rope.scaling.type").orElse("none");
    return switch (type) {
      case "none" -> 1;
      case "linear" -> metadata.number("llama.rope.scaling.factor");
      default -> throw unsupported("rope scaling " + type, "none, linear or llama3");
    };
  }

  private ConversionException unsupported(String found, String expected) {
    return new ConversionException(
        "Cannot convert %s: found %s, expected %s. Use a Llama-architecture checkpoint."
            .formatted(file.location(), found, expected));
  }
}
