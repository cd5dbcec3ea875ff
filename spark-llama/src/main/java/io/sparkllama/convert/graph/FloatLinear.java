package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/** Products in 32-bit floats. */
record FloatLinear(GraphBuilder graph, WeightWriter writer) implements Linear {

  @Override
  public String product(String name, String input, Matrix weight) {
    String stored =
        graph.initializer(
            writer.transposed(
                name + "/weight",
                DataType.FLOAT_VALUE,
                weight,
                Float.BYTES,
                (row, values, out) -> {
                  out.asFloatBuffer().put(values);
                  return 0;
                }));
    return graph.node(name, "MatMul", List.of(input, stored));
  }
}
