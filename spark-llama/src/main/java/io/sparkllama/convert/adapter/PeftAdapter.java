package io.sparkllama.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.Adapted;
import io.sparkllama.convert.weights.ArrayMatrix;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEFT LoRA folder as its folder holds it; merged into weights, or written for run time. */
public final class PeftAdapter implements WeightUpdates {

  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.model\\.layers\\.(\\d+)\\.(?:self_attn|mlp)\\.(\\w+_proj)"
              + "\\.lora_([AB])\\.weight");

  private final Path folder;
  private final int rank;
  private final float scale;
  private final Map<Place, float[][]> up = new HashMap<>();
  private final Map<Place, float[][]> down = new HashMap<>();
  private final Set<Place> applied = new HashSet<>();

  private record Place(int layer, String module) {}

  private PeftAdapter(Path folder, int rank, float scale) {
    this.folder = folder;
    this.rank = rank;
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
        new PeftAdapter(
            folder, (int) rank, (float) (alpha / (rankStabilized ? Math.sqrt(rank) : rank)));
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

  /** Rank of its updates. */
  public int rank() {
    return rank;
  }

  /** Name of the adapter: that of its folder. */
  public String name() {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  @Override
  public Matrix apply(int layer, String module, Matrix base) {
    Place place = new Place(layer, module);
    if (!down.containsKey(place) && !up.containsKey(place)) {
      return base;
    }
    require(place, base.rows(), base.columns());
    return new Adapted(base, up.get(place), down.get(place), scale);
  }

  /** The update of a module of a size, where the adapter has one. */
  Optional<LowRank> update(int layer, String module, ModuleSizes.Size size) {
    Place place = new Place(layer, module);
    if (!down.containsKey(place) && !up.containsKey(place)) {
      return Optional.empty();
    }
    require(place, size.rows(), size.columns());
    float[][] scaled = Arrays.stream(up.get(place)).map(float[]::clone).toArray(float[][]::new);
    for (float[] row : scaled) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= scale;
      }
    }
    return Optional.of(
        new LowRank(
            new ArrayMatrix(module + ".lora_A", down.get(place)),
            new ArrayMatrix(module + ".lora_B", scaled)));
  }

  private void require(Place place, int rows, int columns) {
    float[][] a = down.get(place);
    float[][] b = up.get(place);
    if (a == null
        || b == null
        || b.length != rows
        || a[0].length != columns
        || b[0].length != a.length) {
      throw unsupported(
          folder,
          "an update of layer %d %s that does not fit".formatted(place.layer, place.module),
          "A and B for a weight of %d x %d".formatted(rows, columns));
    }
    applied.add(place);
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
        "Cannot use the adapter %s: found %s, expected %s. Use a plain LoRA made for this model."
            .formatted(folder, found, expected));
  }
}
