package io.sparkllama.model;

import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.SparseTensorProto;
import io.sparkllama.onnx.TensorProto;
import java.util.List;
import java.util.function.Consumer;

/** Walks over every tensor of a model, those inside attributes, branches and functions included. */
final class GraphTensors {

  private final Consumer<TensorProto> visitor;

  private GraphTensors(Consumer<TensorProto> visitor) {
    this.visitor = visitor;
  }

  static void visit(ModelProto model, Consumer<TensorProto> visitor) {
    GraphTensors walk = new GraphTensors(visitor);
    walk.graph(model.getGraph());
    model
        .getFunctionsList()
        .forEach(
            function -> {
              function.getNodeList().forEach(walk::node);
              function.getAttributeProtoList().forEach(walk::attribute);
            });
  }

  private void graph(GraphProto graph) {
    graph.getInitializerList().forEach(visitor);
    sparse(graph.getSparseInitializerList());
    graph.getNodeList().forEach(this::node);
  }

  private void node(NodeProto node) {
    node.getAttributeList().forEach(this::attribute);
  }

  private void attribute(AttributeProto attribute) {
    if (attribute.hasT()) {
      visitor.accept(attribute.getT());
    }
    attribute.getTensorsList().forEach(visitor);
    if (attribute.hasSparseTensor()) {
      sparse(List.of(attribute.getSparseTensor()));
    }
    sparse(attribute.getSparseTensorsList());
    if (attribute.hasG()) {
      graph(attribute.getG());
    }
    attribute.getGraphsList().forEach(this::graph);
  }

  private void sparse(List<SparseTensorProto> tensors) {
    for (SparseTensorProto tensor : tensors) {
      visitor.accept(tensor.getValues());
      visitor.accept(tensor.getIndices());
    }
  }
}
