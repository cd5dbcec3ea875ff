package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.StageBorders;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Cuts a serving graph at its {@link StageBorders} into graphs that run one after the other. */
final class StageCut {

  private final ServingGraph whole;
  private final GraphProto graph;
  private final int hiddenSize;
  private final int stages;
  private final Map<String, Integer> stageOfTensor = new HashMap<>();

  private StageCut(ServingGraph whole, int hiddenSize) {
    this.whole = whole;
    this.graph = whole.model().getGraph();
    this.hiddenSize = hiddenSize;
    this.stages = StageBorders.stages(graph);
    placeTensors();
  }

  /** The stages in their order; the graph itself where it has no borders. */
  static List<ServingGraph> of(ServingGraph whole, int hiddenSize) {
    StageCut cut = new StageCut(whole, hiddenSize);
    return cut.stages == 1
        ? List.of(whole)
        : IntStream.range(0, cut.stages).mapToObj(cut::stage).toList();
  }

  /** Nodes stand in an order in which they can run, so each follows what it reads. */
  private void placeTensors() {
    Map<String, Integer> begun = new HashMap<>();
    for (int stage = 1; stage < stages; stage++) {
      for (String name : StageBorders.names(stage)) {
        begun.put(name, stage);
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      int stage =
          node.getInputList().stream()
              .mapToInt(input -> stageOfTensor.getOrDefault(input, 0))
              .max()
              .orElse(0);
      for (String output : node.getOutputList()) {
        stageOfTensor.put(output, begun.getOrDefault(output, stage));
      }
    }
  }

  private ServingGraph stage(int stage) {
    List<String> begin = StageBorders.names(stage);
    GraphProto.Builder part = graph.toBuilder().clearNode().clearOutput();
    graph.getNodeList().stream()
        .filter(node -> Collections.disjoint(node.getOutputList(), begin))
        .forEach(part::addNode);
    graph.getOutputList().stream()
        .filter(output -> stageOfTensor.get(output.getName()) == stage)
        .forEach(part::addOutput);
    if (stage > 0) {
      part.addAllInput(hidden(stage));
    }
    if (stage < stages - 1) {
      part.addAllOutput(hidden(stage + 1));
    }
    return whole.cut(withoutUnread(LiveNodes.keep(part.build())));
  }

  private List<ValueInfoProto> hidden(int stage) {
    return StageBorders.names(stage).stream()
        .map(name -> OnnxParts.value(name, DataType.FLOAT_VALUE, "tokens", hiddenSize))
        .toList();
  }

  /** Weights of other stages would be loaded, too. */
  private static GraphProto withoutUnread(GraphProto graph) {
    Set<String> read = new HashSet<>();
    graph.getNodeList().forEach(node -> read.addAll(node.getInputList()));
    GraphProto.Builder kept = graph.toBuilder().clearInitializer();
    graph.getInitializerList().stream()
        .filter(tensor -> read.contains(tensor.getName()))
        .forEach(kept::addInitializer);
    return kept.build();
  }
}
