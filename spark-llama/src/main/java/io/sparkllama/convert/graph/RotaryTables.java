package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.RotaryFrequencies;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Cosines and sines of the rotary angles, {@code [context, head_size / 2]}. They are made of
 * constants, so that ONNX Runtime computes them once, when it loads the graph, and the file need
 * not hold them. Angles are 32-bit products as in transformers, since at late positions the
 * rounding shows.
 */
record RotaryTables(GraphBuilder graph, LlamaShape shape, WeightWriter writer) {

  /**
   * @param function {@code Cos} or {@code Sin}
   * @return name of a table of the graph's own numbers
   */
  String table(String function) {
    String name = "rotary/" + function;
    String positions =
        graph.node(
            name + "/range",
            "Range",
            List.of(
                graph.int64(0), graph.int64(shape.architecture().contextLength()), graph.int64(1)));
    String numbers =
        graph.node(
            name + "/position", "Cast", List.of(positions), attribute("to", DataType.FLOAT_VALUE));
    String column = graph.node(name + "/column", "Unsqueeze", List.of(numbers, graph.int64s(1)));
    String angles = graph.node(name + "/angle", "Mul", List.of(column, frequencies(name)));
    String values = graph.node(name, function, List.of(angles));
    return graph.cast(name + "/number", values, NumberType.FLOAT32);
  }

  private String frequencies(String name) {
    RotaryFrequencies frequencies = shape.frequencies();
    float[] values = new float[frequencies.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = frequencies.at(i);
    }
    return graph.initializer(
        writer.vector(name + "/frequencies", NumberType.FLOAT32, values, 1, values.length));
  }
}
