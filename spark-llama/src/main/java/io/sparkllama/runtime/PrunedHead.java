package io.sparkllama.runtime;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorShapeProto.Dimension;
import io.sparkllama.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A head that a graph feeds with the last position of each row alone, as onnxruntime-genai's
 * builder exports it with prune_lm_head. Which positions have logits is the engine's to choose, so
 * such a choice is undone, or refused where it is another.
 */
final class PrunedHead {

  /** Operators that take some of the positions. */
  private static final Set<String> CHOICES =
      Set.of("Gather", "GatherElements", "GatherND", "Slice", "Split", "Compress");

  /** Operators that give the same positions another form. */
  private static final Set<String> VIEWS =
      Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze");

  private static final long SEQUENCE_AXIS = 1;
  private static final long LAST = -1;

  private final Path source;
  private final GraphProto graph;
  private final GraphIndex index;

  /**
   * @param source where the graph has been read, for messages
   */
  PrunedHead(Path source, GraphProto graph) {
    this.source = source;
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  /** The states of all positions, where the head has been given those of the last one. */
  String allPositions(String states) {
    Optional<String> all = beforeLastPosition(states);
    if (all.isEmpty()) {
      requireAll(states);
    }
    return all.orElse(states);
  }

  /**
   * @throws ModelException if a value has not a row for each position
   */
  void requireAll(String value) {
    if (!asksHowMany() && (declaresOneRow() || isChosen(value))) {
      throw new ModelException(
          "Cannot run %s: found logits of some positions alone, expected those of each. Export the model without prune_lm_head."
              .formatted(source));
    }
  }

  private Optional<String> beforeLastPosition(String states) {
    return index
        .producer(states, "Unsqueeze")
        .filter(node -> axis(node).equals(Optional.of(SEQUENCE_AXIS)))
        .flatMap(node -> index.producer(node.getInput(0), "Gather"))
        .filter(node -> attribute(node, "axis") == SEQUENCE_AXIS)
        .filter(node -> index.wholeNumber(node.getInput(1)).equals(Optional.of(LAST)))
        .map(node -> node.getInput(0));
  }

  private Optional<Long> axis(NodeProto unsqueeze) {
    return unsqueeze.getInputCount() == 2
        ? index.wholeNumber(unsqueeze.getInput(1))
        : Optional.empty();
  }

  private static long attribute(NodeProto node, String name) {
    return OnnxParts.attribute(node, name).map(AttributeProto::getI).orElse(0L);
  }

  /** Such a graph gives all that it is asked for. */
  private boolean asksHowMany() {
    return graph.getInputList().stream()
        .anyMatch(input -> input.getName().equals(LogitsSelection.KEEP_INPUT));
  }

  private boolean declaresOneRow() {
    return graph.getOutputList().stream()
        .filter(output -> output.getName().equals(LogitsSelection.OUTPUT))
        .map(PrunedHead::dimensions)
        .anyMatch(dims -> dims.size() == 3 && dims.get(1).getDimValue() == 1);
  }

  private static List<Dimension> dimensions(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList();
  }

  private boolean isChosen(String value) {
    Optional<NodeProto> node = index.producer(value);
    while (node.isPresent() && VIEWS.contains(node.get().getOpType())) {
      node = index.producer(node.get().getInput(0));
    }
    return node.filter(made -> CHOICES.contains(made.getOpType())).isPresent();
  }
}
