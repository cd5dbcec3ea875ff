package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.NewFolder;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.SafeTensorsWriter;
import io.sparkllama.convert.safetensors.SafeTensorsWriter.Values;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.errors.RequestException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a run is, beside its matrices.
 *
 * @param settings identity of settings and examples, without the run's length
 * @param epoch times through the examples that are done
 * @param stepOfEpoch steps of the next one that are done
 * @param step steps that are done in all
 * @param tokens read so far
 * @param elapsedMillis since the start
 * @param before what the held-out examples said of the base model
 * @param best what they said of the best adapter
 */
record TrainingState(
    String settings,
    int epoch,
    int stepOfEpoch,
    int step,
    long tokens,
    long elapsedMillis,
    Optional<Evaluation> before,
    Optional<Evaluation> best) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "state.json";
  private static final String MATRICES = "state.safetensors";

  static TrainingState start(String settings) {
    return new TrainingState(settings, 0, 0, 0, 0, 0, Optional.empty(), Optional.empty());
  }

  /** Writes a folder, which appears when it is complete. */
  void write(Path target, Map<String, NDArray> weights, AdamW optimizer) {
    Map<String, Values> matrices = new LinkedHashMap<>();
    LoraWeights.values(weights).forEach((name, values) -> matrices.put("weight." + name, values));
    LoraWeights.values(optimizer.means())
        .forEach((name, values) -> matrices.put("mean." + name, values));
    LoraWeights.values(optimizer.squares())
        .forEach((name, values) -> matrices.put("square." + name, values));
    try (NewFolder folder = NewFolder.create(target)) {
      try {
        SafeTensorsWriter.write(folder.file(MATRICES), matrices);
        JSON.writeValue(folder.file(FILE).toFile(), json());
      } catch (IOException e) {
        throw folder.failed(e);
      }
      folder.publish();
    }
  }

  private ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("settings", settings);
    json.put("epoch", epoch);
    json.put("step_of_epoch", stepOfEpoch);
    json.put("step", step);
    json.put("tokens", tokens);
    json.put("elapsed_ms", elapsedMillis);
    before.ifPresent(found -> put(json.putObject("before"), found));
    best.ifPresent(found -> put(json.putObject("best"), found));
    return json;
  }

  private static void put(ObjectNode node, Evaluation evaluation) {
    node.put("step", evaluation.step());
    node.put("loss", evaluation.loss());
    evaluation.accuracy().ifPresent(accuracy -> node.put("accuracy", accuracy));
  }

  /**
   * Reads a folder.
   *
   * @param settings what the run that goes on has
   */
  static TrainingState read(
      Path folder, String settings, Map<String, NDArray> weights, AdamW optimizer) {
    JsonNode json = json(folder);
    if (!json.path("settings").asText().equals(settings)) {
      throw new RequestException(
          "Cannot resume %s: found a run of other settings, examples or another base model, expected the same. Repeat its options, or remove the folder to begin again."
              .formatted(folder.getParent()));
    }
    try (SafeTensorsFile file =
        SafeTensorsFile.open(SourceLocation.of(folder.resolve(MATRICES).toString()).open())) {
      restore(file, "weight.", weights);
      restore(file, "mean.", optimizer.means());
      restore(file, "square.", optimizer.squares());
    }
    optimizer.goOn(json.path("step").asInt());
    return new TrainingState(
        settings,
        json.path("epoch").asInt(),
        json.path("step_of_epoch").asInt(),
        json.path("step").asInt(),
        json.path("tokens").asLong(),
        json.path("elapsed_ms").asLong(),
        evaluation(json.path("before")),
        evaluation(json.path("best")));
  }

  private static JsonNode json(Path folder) {
    try {
      return JSON.readTree(folder.resolve(FILE).toFile());
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read %s: %s. Remove the folder to begin again."
              .formatted(folder.resolve(FILE), e),
          e);
    }
  }

  private static Optional<Evaluation> evaluation(JsonNode node) {
    return node.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Evaluation(
                node.path("step").asInt(),
                node.path("loss").asDouble(),
                node.has("accuracy")
                    ? OptionalDouble.of(node.path("accuracy").asDouble())
                    : OptionalDouble.empty()));
  }

  private static void restore(SafeTensorsFile file, String kind, Map<String, NDArray> arrays) {
    arrays.forEach(
        (name, array) -> {
          TensorEntry entry = file.entries().get(kind + name);
          if (entry == null) {
            throw new RequestException(
                "Cannot resume: no matrix %s in the state. Remove the folder to begin again."
                    .formatted(kind + name));
          }
          FloatBuffer memory = array.toByteBuffer(true).asFloatBuffer();
          float[] row = new float[entry.columns()];
          for (int i = 0; i < entry.rows(); i++) {
            file.row(entry, i, row);
            memory.put(row);
          }
        });
  }
}
