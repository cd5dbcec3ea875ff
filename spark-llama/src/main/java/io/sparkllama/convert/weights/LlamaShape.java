package io.sparkllama.convert.weights;

import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufMetadata;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;

/**
 * The decoder that a GGUF file's metadata describes.
 *
 * @param architecture its numbers
 * @param intermediateSize width of the feed-forward block
 * @param normEpsilon epsilon of the norms
 * @param ropeBase base of the rotary frequencies
 * @param ropeLinearFactor positions are divided by this; 1 for none
 */
public record LlamaShape(
    Architecture architecture,
    int intermediateSize,
    float normEpsilon,
    double ropeBase,
    double ropeLinearFactor) {

  public static LlamaShape read(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    requireLlama(file);
    int heads = metadata.positive("llama.attention.head_count");
    int hidden = metadata.positive("llama.embedding_length");
    int headSize = metadata.optionalPositive("llama.attention.key_length").orElse(hidden / heads);
    Architecture architecture =
        new Architecture(
            metadata.positive("llama.block_count"),
            heads,
            metadata.optionalPositive("llama.attention.head_count_kv").orElse(heads),
            headSize,
            hidden,
            metadata.strings("tokenizer.ggml.tokens").size(),
            metadata.positive("llama.context_length"));
    requireWhole(file, architecture, metadata);
    return new LlamaShape(
        architecture,
        metadata.positive("llama.feed_forward_length"),
        (float) metadata.number("llama.attention.layer_norm_rms_epsilon"),
        metadata.optionalNumber("llama.rope.freq_base").orElse(10000.0),
        linearFactor(file));
  }

  private static void requireLlama(GgufFile file) {
    String name = file.metadata().string("general.architecture");
    if (!name.equals("llama")) {
      throw unsupported(file, "architecture " + name, "llama");
    }
    if (file.metadata().optionalPositive("llama.expert_count").isPresent()) {
      throw unsupported(file, "a mixture of experts", "one feed-forward block a layer");
    }
    if (file.metadata().has("llama.attention.sliding_window")) {
      throw unsupported(file, "sliding-window attention", "attention over the whole context");
    }
  }

  private static void requireWhole(
      GgufFile file, Architecture architecture, GgufMetadata metadata) {
    int headSize = architecture.headSize();
    if (architecture.heads() % architecture.keyValueHeads() != 0 || headSize % 2 != 0) {
      throw unsupported(
          file,
          "%d heads over %d key-value heads of size %d"
              .formatted(architecture.heads(), architecture.keyValueHeads(), headSize),
          "a whole number of heads for each key-value head, of an even size");
    }
    int rotated = metadata.optionalPositive("llama.rope.dimension_count").orElse(headSize);
    if (rotated != headSize) {
      throw unsupported(file, "rotary positions over " + rotated + " values", "over " + headSize);
    }
  }

  private static double linearFactor(GgufFile file) {
    String type = file.metadata().optionalString("llama.rope.scaling.type").orElse("none");
    return switch (type) {
      case "none" -> 1;
      case "linear" -> file.metadata().number("llama.rope.scaling.factor");
      default -> throw unsupported(file, "rope scaling " + type, "none, linear or llama3");
    };
  }

  private static ConversionException unsupported(GgufFile file, String found, String expected) {
    return new ConversionException(
        "Cannot convert %s: found %s, expected %s. Use a Llama-architecture checkpoint."
            .formatted(file.path(), found, expected));
  }
}
