package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes out of a graph what its outputs do not need any more: nodes and inputs. */
final class LiveNodes {

  private LiveNodes() {}

  static GraphProto keep(GraphProto graph) {
    Set<String> needed = new HashSet<>();
    graph.getOutputList().forEach(output -> needed.add(output.getName()));
    List<NodeProto> kept = new ArrayList<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        kept.add(node);
        needed.addAll(node.getInputList());
        // An input that is left out, as are some outputs of other nodes.
        needed.remove("");
      }
    }
    Collections.reverse(kept);
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(input -> needed.contains(input.getName())).toList();
    return graph.toBuilder()
        .clearNode()
        .addAllNode(kept)
        .clearInput()
        .addAllInput(inputs)
        .clearValueInfo()
        .build();
  }
}
