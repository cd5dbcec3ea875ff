package io.sparkllama.model;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.joining;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.TensorShapeProto.Dimension;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares the inputs and outputs of a graph with the architecture. */
final class GraphCheck {

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
          "Invalid %s: the graph has no %s %s, found %s. Export the model for text generation %s"
              .formatted(file, kind, name, some(values), "with a key-value cache."));
    }
    return value;
  }

  /** A few of the names, those of the cache last. */
  private static String some(Map<String, ValueInfoProto> values) {
    return values.keySet().stream()
        .sorted(comparing((String name) -> name.contains(".")).thenComparing(naturalOrder()))
        .limit(6)
        .collect(joining(", ", "", values.size() > 6 ? ", ..." : ""));
  }

  private void cache(ValueInfoProto value) {
    dimension(value, 1, architecture.keyValueHeads());
    dimension(value, 3, architecture.headSize());
  }

  /** A dimension that the graph leaves open fits everything. */
  private void dimension(ValueInfoProto value, int axis, int expected) {
    List<Dimension> dims = value.getType().getTensorType().getShape().getDimList();
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
