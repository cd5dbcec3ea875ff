package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Products of 8-bit integers: one scale for each output of the weight, and for the activations one
 * for each token, or one for all where their size is bounded. Either way a row's result never
 * depends on its neighbours, and sums are exact.
 */
final class TokenLinear implements Linear {

  private static final int LEVELS = 127;
  private static final int ZERO_POINT = 128;
  private static final float LEAST_MAGNITUDE = 1e-8f;

  private final GraphBuilder graph;
  private final WeightWriter writer;
  private final Optional<Float> bound;
  private final Map<String, Quantized> inputs = new HashMap<>();

  /**
   * Activations in levels.
   *
   * @param levels {@code uint8[tokens, columns]}
   * @param scale of a level, the same for all tokens
   * @param column further factor of each token, {@code float[tokens, 1]}
   */
  private record Quantized(String levels, String scale, Optional<String> column) {}

  /**
   * @param bound magnitude that hardly any input exceeds, where one is known; larger ones are cut
   *     off. Without it each token's scale is found while the graph runs.
   */
  TokenLinear(GraphBuilder graph, WeightWriter writer, Optional<Float> bound) {
    this.graph = graph;
    this.writer = writer;
    this.bound = bound;
  }

  @Override
  public String product(String name, String input, Matrix weight) {
    Quantized quantized =
        inputs.computeIfAbsent(
            input, bound.isPresent() ? this::quantizeBounded : this::quantizeByToken);
    float[] scales = new float[weight.rows()];
    String stored =
        graph.initializer(
            writer.transposed(
                name + "/weight",
                DataType.INT8_VALUE,
                weight,
                1,
                (row, values, out) -> {
                  scales[row] = scale(values);
                  return encode(values, scales[row], out);
                }));
    String weightScales =
        graph.initializer(writer.vector(name + "/scales", graph.numbers(), scales, scales.length));
    String product =
        graph.contrib(
            name,
            "MatMulIntegerToFloat",
            List.of(
                quantized.levels, stored, quantized.scale, weightScales, graph.uint8(ZERO_POINT)));
    return quantized
        .column
        .map(column -> graph.node(name + "/scaled", "Mul", List.of(product, column)))
        .orElse(product);
  }

  private static float scale(float[] values) {
    float extreme = 0;
    for (float value : values) {
      extreme = Math.max(extreme, Math.abs(value));
    }
    return extreme / LEVELS;
  }

  private static double encode(float[] values, float scale, ByteBuffer out) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    byte[] levels = new byte[values.length];
    float error = 0;
    for (int i = 0; i < values.length; i++) {
      // Cutting a positive number off rounds down, also in vectors, which Math.round does not do.
      int level = (int) (values[i] * inverse + (LEVELS + 0.5f)) - LEVELS;
      levels[i] = (byte) level;
      float missed = values[i] - level * scale;
      error += missed * missed;
    }
    out.put(levels);
    return error;
  }

  /** One scale for all tokens: one operator in place of ten. */
  private Quantized quantizeBounded(String input) {
    String scale = graph.number(bound.orElseThrow() / LEVELS);
    String levels =
        graph.node(
            input + "/quantize", "QuantizeLinear", List.of(input, scale, graph.uint8(ZERO_POINT)));
    return new Quantized(levels, scale, Optional.empty());
  }

  /**
   * The largest magnitude of each token becomes 127. Maximum and negated minimum are several times
   * cheaper than the maximum of absolute values, which writes a tensor of them.
   */
  private Quantized quantizeByToken(String input) {
    String name = input + "/quantize";
    String axes = graph.int64s(-1);
    String most = graph.node(name + "/max", "ReduceMax", List.of(input, axes), keepDims());
    String least = graph.node(name + "/min", "ReduceMin", List.of(input, axes), keepDims());
    String negated = graph.node(name + "/neg", "Neg", List.of(least));
    String extreme =
        graph.node(name + "/extreme", "Max", List.of(most, negated, graph.number(LEAST_MAGNITUDE)));
    String scale = graph.node(name + "/scale", "Mul", List.of(extreme, graph.number(1f / LEVELS)));
    String zeroPoints =
        graph.node(
            name + "/zero",
            "Expand",
            List.of(graph.uint8(ZERO_POINT), graph.node(name + "/shape", "Shape", List.of(scale))));
    String levels =
        graph.node(name, "QuantizeLinear", List.of(input, scale, zeroPoints), attribute("axis", 0));
    String column = graph.node(name + "/column", "Unsqueeze", List.of(scale, graph.int64s(1)));
    return new Quantized(levels, graph.number(1), Optional.of(column));
  }

  private static AttributeProto keepDims() {
    return attribute("keepdims", 0);
  }
}
