package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;

/** Attention over the KV cache with rotary positions, one fused operator a layer. */
final class Attention {

  private final GraphBuilder graph;
  private final WeightWriter writer;
  private final DecoderWeights weights;
  private final Architecture numbers;
  private String lastPositions;
  private String totalLength;
  private String packedShape;
  private String cosines;
  private String sines;

  Attention(GraphBuilder graph, WeightWriter writer, DecoderWeights weights) {
    this.graph = graph;
    this.writer = writer;
    this.weights = weights;
    this.numbers = weights.shape().architecture();
  }

  /** Adds what all layers share. */
  void prepare() {
    String lengths =
        graph.node(
            "mask/lengths",
            "ReduceSum",
            List.of("attention_mask", graph.int64s(1)),
            attribute("keepdims", 0));
    String last = graph.node("mask/last", "Sub", List.of(lengths, graph.int64(1)));
    lastPositions = int32("mask/last_positions", last);
    String shape = graph.node("mask/shape", "Shape", List.of("attention_mask"));
    String width =
        graph.node("mask/width", "Gather", List.of(shape, graph.int64(1)), attribute("axis", 0));
    totalLength = int32("mask/total_length", width);
    String rows = graph.node("ids/shape", "Shape", List.of("input_ids"));
    packedShape =
        graph.node("qkv/shape", "Concat", List.of(rows, graph.int64s(-1)), attribute("axis", 0));
    RotaryTables tables = new RotaryTables(graph, weights.shape(), writer);
    cosines = tables.table("Cos");
    sines = tables.table("Sin");
  }

  /**
   * @param packed query, key and value of each token side by side, {@code [tokens, qkv]}
   * @return {@code [tokens, heads * head_size]}
   */
  String attend(String name, int layer, String packed) {
    String rows = graph.node(name + "/qkv", "Reshape", List.of(packed, packedShape));
    String key = cache("past_key_values", "present", layer, "key");
    String value = cache("past_key_values", "present", layer, "value");
    List<String> outputs =
        graph.contrib(
            name + "/attention",
            "GroupQueryAttention",
            List.of(rows, "", "", key, value, lastPositions, totalLength, cosines, sines),
            List.of(
                name + "/attention/out",
                "present." + layer + ".key",
                "present." + layer + ".value"),
            attribute("num_heads", numbers.heads()),
            attribute("kv_num_heads", numbers.keyValueHeads()),
            attribute("scale", (float) (1 / Math.sqrt(numbers.headSize()))),
            attribute("do_rotary", 1),
            attribute("rotary_interleaved", 0));
    long width = (long) numbers.heads() * numbers.headSize();
    return graph.node(
        name + "/attended", "Reshape", List.of(outputs.get(0), graph.int64s(-1, width)));
  }

  private String cache(String past, String present, int layer, String part) {
    String input = past + "." + layer + "." + part;
    int heads = numbers.keyValueHeads();
    int size = numbers.headSize();
    graph.input(input, graph.numbers().id(), "batch_size", heads, "past_sequence_length", size);
    graph.output(
        present + "." + layer + "." + part,
        graph.numbers().id(),
        "batch_size",
        heads,
        "total_sequence_length",
        size);
    return input;
  }

  private String int32(String name, String input) {
    return graph.node(name, "Cast", List.of(input), attribute("to", DataType.INT32_VALUE));
  }
}
