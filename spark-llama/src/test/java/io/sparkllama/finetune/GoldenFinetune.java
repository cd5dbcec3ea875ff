package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What ci/finetune/golden.py computed with peft. */
final class GoldenFinetune {

  private static final Path FOLDER = Path.of(System.getProperty("fixtures"), "finetune");

  private final JsonNode json = Fixtures.golden("finetune/golden.json").get(0);

  FinetuneOptions options() {
    return new FinetuneOptions(
        json.path("rank").intValue(),
        json.path("alpha").doubleValue(),
        EnumSet.allOf(LoraTarget.class),
        learningRate(),
        new FinetuneOptions.Epochs(1),
        1024,
        512,
        1,
        0,
        2);
  }

  double learningRate() {
    return json.path("learning_rate").doubleValue();
  }

  List<Double> numbers(String field) {
    List<Double> numbers = new ArrayList<>();
    json.path(field).forEach(number -> numbers.add(number.doubleValue()));
    return numbers;
  }

  List<TrainingExample> examples() {
    List<TrainingExample> examples = new ArrayList<>();
    json.path("rows")
        .forEach(
            row ->
                examples.add(
                    TrainingExample.of(
                        Tokens.of(Fixtures.ids(row, "prompt")),
                        Tokens.of(Fixtures.ids(row, "answer")))));
    return examples;
  }

  /** Puts peft's first weights in the place of ours. */
  void setWeights(Map<String, NDArray> weights) {
    Map<String, float[]> values = matrices("weights");
    weights.forEach(
        (name, array) -> {
          FloatBuffer memory = array.toByteBuffer(true).asFloatBuffer();
          memory.put(values.get(name));
        });
  }

  Map<String, float[]> gradients() {
    return matrices("gradients");
  }

  private static Map<String, float[]> matrices(String name) {
    Map<String, float[]> found = new LinkedHashMap<>();
    String path = FOLDER.resolve(name + ".safetensors").toString();
    try (SafeTensorsFile file = SafeTensorsFile.open(SourceLocation.of(path).open())) {
      file.entries().forEach((key, entry) -> found.put(key, values(file, entry)));
    }
    return found;
  }

  private static float[] values(SafeTensorsFile file, TensorEntry entry) {
    float[] values = new float[entry.rows() * entry.columns()];
    float[] row = new float[entry.columns()];
    for (int i = 0; i < entry.rows(); i++) {
      file.row(entry, i, row);
      System.arraycopy(row, 0, values, i * row.length, row.length);
    }
    return values;
  }
}
