package io.sparkllama.runtime;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/**
 * A package's graph in the form that decoders expect: logits only at the positions that {@value
 * LogitsSelection#INPUT} names, with the most likely token of each.
 *
 * @param model the graph; large weights stay in their external file
 */
record ServingGraph(ModelProto model) {

  static ServingGraph read(ModelPackage source, DecoderOptions.Passes passes) {
    ModelProto model;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(source.graph()))) {
      model = ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new ModelException(
          "Cannot read " + source.graph() + " as an ONNX model. Export or copy the model again.",
          e);
    }
    ModelProto serving =
        NextTokens.append(
            LogitsSelection.insert(
                model, source.architecture().hiddenSize(), source.architecture().vocabularySize()));
    ServingGraph graph =
        new ServingGraph(
            passes == DecoderOptions.Passes.TREES ? TreeAttention.insert(serving) : serving);
    graph.requireFloatCache(source);
    return graph;
  }

  /** Whether attention keeps past and present in one buffer and takes rows padded at the right. */
  boolean groupQueryAttention() {
    return trees()
        || model.getGraph().getNodeList().stream()
            .anyMatch(node -> node.getOpType().equals("GroupQueryAttention"));
  }

  /** Whether attention has a form for {@link TreePrefill}. */
  boolean trees() {
    return hasInput(TreeAttention.TREE);
  }

  boolean hasInput(String name) {
    return inputs(model.getGraph(), name);
  }

  private static boolean inputs(GraphProto graph, String name) {
    return graph.getInputList().stream().anyMatch(input -> input.getName().equals(name));
  }

  private void requireFloatCache(ModelPackage source) {
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      int type = input.getType().getTensorType().getElemType();
      if (input.getName().startsWith("past_key_values.") && type != DataType.FLOAT_VALUE) {
        throw new ModelException(
            "Cannot run "
                + source.graph()
                + " on the CPU: "
                + input.getName()
                + " has ONNX element type "
                + type
                + ", expected 1 (float32). Use an fp32, int8 or int4 export of the model.");
      }
    }
  }
}
