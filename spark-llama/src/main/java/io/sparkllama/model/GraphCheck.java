package io.sparkllama.model;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.joining;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.TensorShapeProto.Dimension;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares the inputs and outputs of a graph with the architecture. */
final class GraphCheck {

  /** What a graph has in the place of what it lacks, by the option of the builder that did it. */
  private static final Map<String, String> BUILDER_OPTIONS =
      Map.of(
          "inputs_embeds", "exclude_embeds",
          "hidden_states", "exclude_lm_head",
          "block_table", "use_paged_attention");

  /** Elements of keys and values that have been rounded to levels. */
  private static final Set<Integer> LEVELS =
      Set.of(DataType.UINT8_VALUE, DataType.INT8_VALUE, DataType.FLOAT8E4M3FN_VALUE);

  private final Path file;
  private final Architecture architecture;

  private GraphCheck(Path file, Architecture architecture) {
    this.file = file;
    this.architecture = architecture;
  }

  static void run(Path file, GraphProto graph, Architecture architecture) {
    new GraphCheck(file, architecture).run(graph);
  }

  private void run(GraphProto graph) {
    Map<String, ValueInfoProto> inputs = byName(graph.getInputList());
    Map<String, ValueInfoProto> outputs = byName(graph.getOutputList());
    require(inputs, "input", "input_ids");
    require(inputs, "input", "attention_mask");
    // One row for each position, or for each that logits_indices asks for.
    int vocabularyAxis = inputs.containsKey("logits_indices") ? 1 : 2;
    dimension(require(outputs, "output", "logits"), vocabularyAxis, architecture.vocabularySize());
    for (int layer = 0; layer < architecture.layers(); layer++) {
      for (String part : List.of("key", "value")) {
        cache(require(inputs, "input", "past_key_values.%d.%s".formatted(layer, part)));
        cache(require(outputs, "output", "present.%d.%s".formatted(layer, part)));
      }
    }
    rejectMoreLayers(inputs);
  }

  private static Map<String, ValueInfoProto> byName(List<ValueInfoProto> values) {
    return values.stream()
        .collect(Collectors.toMap(ValueInfoProto::getName, Function.identity(), (a, b) -> a));
  }

  private ValueInfoProto require(Map<String, ValueInfoProto> values, String kind, String name) {
    ValueInfoProto value = values.get(name);
    if (value == null) {
      throw new ModelException(
          "Invalid %s: the graph has no %s %s, found %s. %s"
              .formatted(file, kind, name, some(values), remedy(values)));
    }
    return value;
  }

  private static String remedy(Map<String, ValueInfoProto> values) {
    return BUILDER_OPTIONS.entrySet().stream()
        .filter(option -> values.containsKey(option.getKey()))
        .map(option -> "Export the model without %s.".formatted(option.getValue()))
        .findFirst()
        .orElse("Export the model for text generation with a key-value cache.");
  }

  /** A few of the names, those of the cache last. */
  private static String some(Map<String, ValueInfoProto> values) {
    return values.keySet().stream()
        .sorted(comparing((String name) -> name.contains(".")).thenComparing(naturalOrder()))
        .limit(6)
        .collect(joining(", ", "", values.size() > 6 ? ", ..." : ""));
  }

  private void cache(ValueInfoProto value) {
    rejectLevels(value);
    dimension(value, 1, architecture.keyValueHeads());
    dimension(value, 3, architecture.headSize());
  }

  private void rejectLevels(ValueInfoProto value) {
    if (LEVELS.contains(value.getType().getTensorType().getElemType())) {
      List<Dimension> dims = dimensions(value);
      boolean inPairs =
          dims.size() == 4 && dims.get(3).getDimValue() * 2 == architecture.headSize();
      throw new ModelException(
          "Invalid %s: found %s with %d bits a number, expected 16 or 32. Export the model without kv_cache_quant_scheme."
              .formatted(file, value.getName(), inPairs ? 4 : 8));
    }
  }

  private static List<Dimension> dimensions(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList();
  }

  /** A dimension that the graph leaves open fits everything. */
  private void dimension(ValueInfoProto value, int axis, int expected) {
    List<Dimension> dims = dimensions(value);
    if (dims.isEmpty()) {
      return;
    }
    if (dims.size() <= axis) {
      throw mismatch(value, "%d dimensions".formatted(dims.size()), "at least " + (axis + 1));
    }
    Dimension dim = dims.get(axis);
    if (dim.hasDimValue() && dim.getDimValue() != expected) {
      throw mismatch(value, "%d in dimension %d".formatted(dim.getDimValue(), axis), "" + expected);
    }
  }

  private void rejectMoreLayers(Map<String, ValueInfoProto> inputs) {
    String next = "past_key_values.%d.key".formatted(architecture.layers());
    if (inputs.containsKey(next)) {
      throw mismatch(
          inputs.get(next), "a layer more", "%d layers".formatted(architecture.layers()));
    }
  }

  private ModelException mismatch(ValueInfoProto value, String found, String expected) {
    return new ModelException(
        "Invalid %s: %s has %s, expected %s by the configuration. %s"
            .formatted(
                file,
                value.getName(),
                found,
                expected,
                "Graph and configuration are of different models: copy both from one export."));
  }
}
