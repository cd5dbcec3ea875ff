package io.sparkllama.convert.graph;

import static io.sparkllama.onnx.OnnxParts.attribute;

import io.sparkllama.convert.graph.Norms.Normed;
import io.sparkllama.convert.graph.Norms.Residual;
import io.sparkllama.convert.graph.Products.Place;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.Stacked;
import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OperatorSetIdProto;
import io.sparkllama.onnx.StageBorders;
import io.sparkllama.onnx.TensorProto.DataType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
  private static final String HEAD = "lm_head";

  private final DecoderWeights weights;
  private final GraphPlan plan;
  private final GraphBuilder graph;
  private final WeightWriter writer;
  private final Norms norms;
  private final Products products;
  private final Attention attention;
  private Optional<StoredBlocks> sharedTable = Optional.empty();

  private LlamaGraph(DecoderWeights weights, GraphPlan plan, WeightWriter writer) {
    this.weights = weights;
    this.plan = plan;
    this.graph = new GraphBuilder(plan.numbers());
    this.writer = writer;
    this.norms = new Norms(graph, writer, weights.shape().normEpsilon());
    this.products = new Products(graph, writer, plan, weights);
    this.attention = new Attention(graph, writer, weights);
  }

  /**
   * Writes the weights and returns the graph over them.
   *
   * @param errors told how far stored weights are from the given ones
   * @param progress told of each number of weights written
   */
  public static ModelProto write(
      DecoderWeights weights,
      GraphPlan plan,
      ExternalData data,
      WeightErrors errors,
      LongConsumer progress) {
    LlamaGraph llama = new LlamaGraph(weights, plan, new WeightWriter(data, progress, errors));
    llama.build();
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("spark-llama")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(llama.graph.build())
        .build();
  }

  /** Weights that {@link #write} reads, for progress; a tied head may count twice. */
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
      OptionalInt begun = plan.begins(layer, numbers.layers());
      stream = begun.isPresent() ? border(begun.getAsInt(), stream) : stream;
      stream = layer(layer, stream, layer == numbers.layers() - 1);
    }
    Normed last = norms.norm("final_norm", stream, weights.finalNorm());
    graph.publish(graph.floats("logits/float", head(last.value())), "logits");
  }

  /** The same states under the names and in the 32 bits with which a stage begins. */
  private Residual border(int stage, Residual stream) {
    return new Residual(
        border(StageBorders.states(stage), stream.sum()),
        border(StageBorders.added(stage), stream.added()));
  }

  private String border(String name, String states) {
    graph.publish(graph.floats(name + "/float", states), name);
    return graph.cast(name + "/numbers", name, NumberType.FLOAT32);
  }

  private Residual layer(int layer, Residual stream, boolean last) {
    String name = "layers." + layer;
    Normed before = norms.norm(name + "/input_norm", stream, weights.attentionNorm(layer));
    String packed =
        products.product(
            Place.ATTENTION_INPUT,
            layer,
            name + "/qkv_proj",
            before.value(),
            queryKeyValue(name, layer));
    String attended = attention.attend(name, layer, packed);
    String sum = before.sum();
    if (last) {
      attended = asked(name + "/asked", attended);
      sum = asked(name + "/asked_sum", sum);
    }
    String output =
        products.product(
            Place.ATTENTION_OUTPUT,
            layer,
            name + "/o_proj",
            attended,
            weights.attentionOutput(layer));
    Normed between =
        norms.norm(name + "/post_norm", new Residual(sum, output), weights.feedForwardNorm(layer));
    return new Residual(between.sum(), feedForward(name, layer, between.value()));
  }

  private Matrix queryKeyValue(String name, int layer) {
    return new Stacked(
        name + ".qkv_proj",
        List.of(weights.query(layer), weights.key(layer), weights.value(layer)));
  }

  private String feedForward(String name, int layer, String input) {
    String gate =
        products.product(Place.GATE, layer, name + "/gate_proj", input, weights.gate(layer));
    String up = products.product(Place.UP, layer, name + "/up_proj", input, weights.up(layer));
    // With alpha 1 this is x * sigmoid(x), in one pass.
    String activated =
        graph.contrib(name + "/silu", "QuickGelu", List.of(gate), attribute("alpha", 1f));
    String gated = graph.node(name + "/gated", "Mul", List.of(activated, up));
    return products.product(Place.DOWN, layer, name + "/down_proj", gated, weights.down(layer));
  }

  private String asked(String name, String states) {
    return graph.node(name, "Gather", List.of(states, "logits_indices"), attribute("axis", 0));
  }

  private String embed(String ids) {
    Matrix table = weights.embedding();
    Embedding embedding = new Embedding(graph, writer);
    boolean floats = !plan.storage().precision().integers();
    if (floats || !Embedding.fits(table.columns(), BlockQuantizer.GGML_BLOCK)) {
      return embedding.floats(ids, table, plan.stored());
    }
    StoredBlocks stored =
        StoredBlocks.write(
            graph, writer, "embed_tokens", table, 8, BlockQuantizer.GGML_BLOCK, Optional.empty());
    if (weights.tied()) {
      sharedTable = Optional.of(stored);
    }
    return embedding.blocks(ids, stored, table.columns());
  }

  private String head(String states) {
    Matrix weight = weights.head();
    return sharedTable
        .map(table -> products.head(HEAD, states, table, weight))
        .orElseGet(() -> products.product(Place.HEAD, 0, HEAD, states, weight));
  }
}
