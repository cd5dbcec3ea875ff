package io.sparkllama.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.Adapted;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEFT LoRA folder whose update is added to the weights. */
public final class PeftAdapter implements WeightUpdates {

  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.model\\.layers\\.(\\d+)\\.(?:self_attn|mlp)\\.(\\w+_proj)"
              + "\\.lora_([AB])\\.weight");

  private final Path folder;
  private final float scale;
  private final Map<Place, float[][]> up = new HashMap<>();
  private final Map<Place, float[][]> down = new HashMap<>();
  private final Set<Place> applied = new HashSet<>();

  private record Place(int layer, String module) {}

  private PeftAdapter(Path folder, float scale) {
    this.folder = folder;
    this.scale = scale;
  }

  /**
   * Reads {@code adapter_config.json} and {@code adapter_model.safetensors}.
   *
   * @throws ConversionException when the adapter is damaged or changes more than linear layers
   */
  public static PeftAdapter read(Path folder) {
    JsonNode config = config(folder);
    double rank = config.path("r").asDouble(0);
    double alpha = config.path("lora_alpha").asDouble(0);
    if (rank < 1 || alpha <= 0) {
      throw unsupported(folder, "r %s and lora_alpha %s".formatted(rank, alpha), "both above 0");
    }
    boolean rankStabilized = config.path("use_rslora").asBoolean();
    PeftAdapter adapter =
        new PeftAdapter(folder, (float) (alpha / (rankStabilized ? Math.sqrt(rank) : rank)));
    String weights = folder.resolve("adapter_model.safetensors").toString();
    try (SafeTensorsFile tensors = SafeTensorsFile.open(SourceLocation.of(weights).open())) {
      tensors.entries().values().forEach(entry -> adapter.add(tensors, entry));
    }
    return adapter;
  }

  private static JsonNode config(Path folder) {
    Path file = folder.resolve("adapter_config.json");
    JsonNode config;
    try {
      config = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Name a folder that PEFT saved.".formatted(file, e), e);
    }
    String type = config.path("peft_type").asText();
    if (!type.equals("LORA")) {
      throw unsupported(folder, "peft_type " + type, "LORA");
    }
    String bias = config.path("bias").asText("none");
    if (!bias.equals("none")) {
      throw unsupported(folder, "bias " + bias, "none");
    }
    for (String key :
        new String[] {"use_dora", "modules_to_save", "rank_pattern", "alpha_pattern"}) {
      JsonNode value = config.path(key);
      if (value.asBoolean() || value.size() > 0) {
        throw unsupported(folder, key + " " + value, "none");
      }
    }
    return config;
  }

  private void add(SafeTensorsFile tensors, TensorEntry entry) {
    Matcher matcher = NAME.matcher(entry.name());
    if (!matcher.matches() || entry.shape().size() != 2) {
      throw unsupported(
          folder, "tensor " + entry.name(), "updates of attention and feed-forward layers");
    }
    float[][] values = new float[entry.rows()][entry.columns()];
    for (int row = 0; row < values.length; row++) {
      tensors.row(entry, row, values[row]);
    }
    Place place = new Place(Integer.parseInt(matcher.group(1)), matcher.group(2));
    (matcher.group(3).equals("A") ? down : up).put(place, values);
  }

  @Override
  public Matrix apply(int layer, String module, Matrix base) {
    Place place = new Place(layer, module);
    float[][] a = down.get(place);
    float[][] b = up.get(place);
    if (a == null && b == null) {
      return base;
    }
    if (a == null
        || b == null
        || b.length != base.rows()
        || a[0].length != base.columns()
        || b[0].length != a.length) {
      throw unsupported(
          folder,
          "an update of layer %d %s that does not fit".formatted(layer, module),
          "A and B for a weight of %d x %d".formatted(base.rows(), base.columns()));
    }
    applied.add(place);
    return new Adapted(base, b, a, scale);
  }

  /** Refuses an adapter of which a part found no weight: it was made for another model. */
  public void requireAllApplied() {
    Set<Place> left = new HashSet<>(down.keySet());
    left.addAll(up.keySet());
    left.removeAll(applied);
    if (!left.isEmpty()) {
      Place place = left.iterator().next();
      throw unsupported(
          folder,
          "an update of layer %d %s".formatted(place.layer, place.module),
          "a layer that the model has");
    }
  }

  private static ConversionException unsupported(Path folder, String found, String expected) {
    return new ConversionException(
        "Cannot merge the adapter %s: found %s, expected %s. Use a plain LoRA made for this model."
            .formatted(folder, found, expected));
  }
}
