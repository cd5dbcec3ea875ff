package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.convert.weights.Llama3Scaling;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.RotaryFrequencies;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;

/** Reads the decoder's shape from a transformers config.json, old and new spellings. */
final class FolderShape {

  private final String location;
  private final JsonNode config;

  private FolderShape(String location, JsonNode config) {
    this.location = location;
    this.config = config;
  }

  static LlamaShape read(String location, JsonNode config, Architecture architecture) {
    FolderShape shape = new FolderShape(location, config);
    shape.requireLlama();
    return new LlamaShape(
        architecture,
        (int) shape.number(config, "intermediate_size"),
        (float) shape.number(config, "rms_norm_eps"),
        shape.frequencies(architecture.headSize()));
  }

  private void requireLlama() {
    String type = config.path("model_type").asText();
    if (!type.equals("llama")) {
      throw unsupported("model_type " + type, "llama");
    }
    String activation = config.path("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      throw unsupported("hidden_act " + activation, "silu");
    }
    for (String key : new String[] {"attention_bias", "mlp_bias"}) {
      if (config.path(key).asBoolean()) {
        throw unsupported(key, "products without one");
      }
    }
    if (config.path("sliding_window").isNumber()) {
      throw unsupported("sliding-window attention", "attention over the whole context");
    }
    if (config.path("partial_rotary_factor").asDouble(1) != 1) {
      throw unsupported("rotary positions over a part of each head", "over all of it");
    }
    if (config.hasNonNull("quantization_config")) {
      throw unsupported("weights that are quantized already", "F32, F16 or BF16 weights");
    }
  }

  private RotaryFrequencies frequencies(int headSize) {
    JsonNode scaling =
        config.hasNonNull("rope_parameters")
            ? config.path("rope_parameters")
            : config.path("rope_scaling");
    double base = scaling.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10000));
    RotaryFrequencies plain = RotaryFrequencies.of(base, headSize);
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> plain;
      case "linear" -> plain.dividedBy(number(scaling, "factor"));
      case "llama3" -> plain.dividedBy(llama3(scaling).divisors(plain));
      default -> throw unsupported("rope type " + type, "default, linear or llama3");
    };
  }

  private Llama3Scaling llama3(JsonNode scaling) {
    return new Llama3Scaling(
        number(scaling, "factor"),
        number(scaling, "low_freq_factor"),
        number(scaling, "high_freq_factor"),
        number(scaling, "original_max_position_embeddings"));
  }

  private double number(JsonNode node, String key) {
    double value = node.path(key).asDouble(Double.NaN);
    if (!(value > 0 && value <= Integer.MAX_VALUE)) {
      throw unsupported("%s %s".formatted(key, node.path(key)), "a number above 0");
    }
    return value;
  }

  private ConversionException unsupported(String found, String expected) {
    return new ConversionException(
        "Cannot convert %s: in config.json found %s, expected %s. Use a Llama-architecture checkpoint."
            .formatted(location, found, expected));
  }
}
