package io.sparkllama.convert.calibrate;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.ValueInfoProto;
import java.util.List;

/** A serving graph that tells the largest magnitude of each channel of its keys and values. */
public final class CacheMaxima {

  /** Keys and values, in the order of files. */
  public static final List<String> PARTS = List.of("key", "value");

  private static final String PRESENT = "present.";
  private static final String AXES = "maxima/axes";

  private CacheMaxima() {}

  /** Name of an output, {@code float[kv_heads, head_size]}. */
  public static String output(int layer, String part) {
    return "maxima/" + layer + "." + part;
  }

  /** The same decoder with these outputs and without logits. */
  public static ModelProto graph(ModelProto model) {
    GraphProto graph = model.getGraph();
    GraphProto.Builder changed = graph.toBuilder().clearOutput().clearNode();
    changed.addInitializer(OnnxParts.int64s(AXES, 0, 2));
    for (NodeProto node : graph.getNodeList()) {
      if (!node.getOutputList().contains("logits")) {
        changed.addNode(node);
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      if (output.getName().startsWith(PRESENT)) {
        observe(changed, output.getName());
      }
    }
    return model.toBuilder().setGraph(changed).build();
  }

  private static void observe(GraphProto.Builder graph, String present) {
    String name = "maxima/" + present.substring(PRESENT.length());
    graph.addNode(OnnxParts.node("Abs", name + "/abs", List.of(present)));
    graph.addNode(
        OnnxParts.node(
            "ReduceMax", name, List.of(name + "/abs", AXES), OnnxParts.attribute("keepdims", 0)));
    graph.addOutput(OnnxParts.floats(name));
  }
}
