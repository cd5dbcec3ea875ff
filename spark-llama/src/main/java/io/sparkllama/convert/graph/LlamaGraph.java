package io.sparkllama.convert.graph;

import static io.sparkllama.convert.graph.GraphBuilder.attribute;

import io.sparkllama.convert.Precision;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.Stacked;
import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A Llama decoder as one serving graph for every batch size and length.
 *
 * <p>Hidden states are {@code [tokens, hidden]} with all rows' tokens one after the other; only
 * attention sees rows. After the last layer's attention only the tokens remain whose logits are
 * asked for.
 */
public final class LlamaGraph {

  private static final int IR_VERSION = 10;
  private static final int OPSET = 21;

  private final DecoderWeights weights;
  private final Precision precision;
  private final GraphBuilder graph = new GraphBuilder();
  private final WeightWriter writer;
  private final Linear linear;
  private final Attention attention;

  private LlamaGraph(
      DecoderWeights weights, Precision precision, ExternalData data, LongConsumer progress) {
    this.weights = weights;
    this.precision = precision;
    this.writer = new WeightWriter(data, progress, new WeightErrors());
    this.linear = linear(precision);
    this.attention = new Attention(graph, writer, weights);
  }

  /**
   * Writes the weights and returns the graph over them.
   *
   * @param progress told of each number of weights written
   */
  public static ModelProto write(
      DecoderWeights weights, Precision precision, ExternalData data, LongConsumer progress) {
    LlamaGraph llama = new LlamaGraph(weights, precision, data, progress);
    llama.build();
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("spark-llama")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(llama.graph.build())
        .build();
  }

  /** Weights that {@link #write} reads, for progress. */
  public static long count(DecoderWeights weights) {
    Architecture numbers = weights.shape().architecture();
    long hidden = numbers.hiddenSize();
    long attention =
        hidden * numbers.headSize() * (2L * numbers.heads() + 2L * numbers.keyValueHeads());
    long feedForward = 3 * hidden * weights.shape().intermediateSize();
    return numbers.layers() * (attention + feedForward) + 2 * hidden * numbers.vocabularySize();
  }

  private void build() {
    Architecture numbers = weights.shape().architecture();
    graph.input("input_ids", DataType.INT64_VALUE, "batch_size", "sequence_length");
    graph.input("attention_mask", DataType.INT64_VALUE, "batch_size", "total_sequence_length");
    graph.input("logits_indices", DataType.INT64_VALUE, "rows");
    graph.output("logits", DataType.FLOAT_VALUE, "rows", numbers.vocabularySize());
    attention.prepare();
    String ids = graph.node("ids", "Reshape", List.of("input_ids", graph.int64s(-1)));
    Residual stream = new Residual(embed(ids), "");
    for (int layer = 0; layer < numbers.layers(); layer++) {
      stream = layer(layer, stream, layer == numbers.layers() - 1);
    }
    Normed last = norm("final_norm", stream, weights.finalNorm());
    String logits = sensitive().product("lm_head", last.value, weights.head());
    graph.publish(logits, "logits");
  }

  /**
   * Hidden states on their way from block to block.
   *
   * @param sum states so far
   * @param added what the last block adds to them; empty for nothing
   */
  private record Residual(String sum, String added) {}

  private record Normed(String value, String sum) {}

  private Residual layer(int layer, Residual stream, boolean last) {
    String name = "layers." + layer;
    Normed before = norm(name + "/input_norm", stream, weights.attentionNorm(layer));
    Matrix packedWeight =
        new Stacked(
            name + ".qkv_proj",
            List.of(weights.query(layer), weights.key(layer), weights.value(layer)));
    String packed = linear.product(name + "/qkv_proj", before.value, packedWeight);
    String attended = attention.attend(name, layer, packed);
    String sum = before.sum;
    if (last) {
      attended = asked(name + "/asked", attended);
      sum = asked(name + "/asked_sum", sum);
    }
    String output = linear.product(name + "/o_proj", attended, weights.attentionOutput(layer));
    Normed between =
        norm(name + "/post_norm", new Residual(sum, output), weights.feedForwardNorm(layer));
    return new Residual(between.sum, feedForward(name, layer, between.value));
  }

  private String feedForward(String name, int layer, String input) {
    String gate = linear.product(name + "/gate_proj", input, weights.gate(layer));
    String up = linear.product(name + "/up_proj", input, weights.up(layer));
    // With alpha 1 this is x * sigmoid(x), in one pass.
    String activated =
        graph.contrib(name + "/silu", "QuickGelu", List.of(gate), attribute("alpha", 1f));
    String product = graph.node(name + "/gated", "Mul", List.of(activated, up));
    Linear down = precision == Precision.W8A8 ? sensitive() : linear;
    return down.product(name + "/down_proj", product, weights.down(layer));
  }

  private String asked(String name, String states) {
    return graph.node(name, "Gather", List.of(states, "logits_indices"), attribute("axis", 0));
  }

  private Normed norm(String name, Residual stream, float[] scale) {
    String stored = graph.initializer(writer.vector(name + "/weight", scale, scale.length));
    float epsilon = weights.shape().normEpsilon();
    if (stream.added.isEmpty()) {
      String value =
          graph.node(
              name,
              "SimplifiedLayerNormalization",
              List.of(stream.sum, stored),
              attribute("axis", -1),
              attribute("epsilon", epsilon),
              attribute("stash_type", 1));
      return new Normed(value, stream.sum);
    }
    List<String> outputs =
        graph.contrib(
            name,
            "SkipSimplifiedLayerNormalization",
            List.of(stream.sum, stream.added, stored),
            List.of(name + "/out", "", "", name + "/sum"),
            attribute("epsilon", epsilon));
    return new Normed(outputs.get(0), outputs.get(3));
  }

  private String embed(String ids) {
    Matrix table = weights.embedding();
    Embedding embedding = new Embedding(graph, writer);
    boolean whole = table.columns() % BlockQuantizer.GGML_BLOCK == 0;
    return precision == Precision.FP32 || !whole
        ? embedding.floats(ids, table)
        : embedding.blocks(ids, table);
  }

  private Linear linear(Precision kind) {
    return switch (kind) {
      case FP32 -> new FloatLinear(graph, writer);
      case W8A8 -> new TokenLinear(graph, writer);
      case INT8 -> new BlockLinear(graph, writer, 8, 32);
      case INT4 -> new BlockLinear(graph, writer, 4, 32);
    };
  }

  /**
   * The products that suffer most: the inputs of the down projection have the largest outliers, and
   * errors of the head are errors of the answer. 8 bits in blocks cost them little speed.
   */
  private Linear sensitive() {
    return switch (precision) {
      case FP32 -> linear;
      case W8A8, INT8, INT4 -> new BlockLinear(graph, writer, 8, 32);
    };
  }
}
