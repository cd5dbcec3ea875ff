package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;
import java.util.Optional;

/** Adds products to the graph, each in the form that the plan has for its place. */
final class Products {

  /** Places of products in a decoder. */
  enum Place {
    ATTENTION_INPUT,
    ATTENTION_OUTPUT,
    GATE,
    UP,
    DOWN,
    HEAD
  }

  /** Of the products that stay at 8 bits: what smaller ones cost buys more as another 8 bits. */
  private static final int MIXED_BLOCK = 64;

  private final GraphBuilder graph;
  private final WeightWriter writer;
  private final GraphPlan plan;
  private final int layers;
  private final Linear tokens;
  private final Linear normed;

  Products(GraphBuilder graph, WeightWriter writer, GraphPlan plan, DecoderWeights weights) {
    this.graph = graph;
    this.writer = writer;
    this.plan = plan;
    this.layers = weights.shape().architecture().layers();
    this.tokens = new TokenLinear(graph, writer, Optional.empty());
    this.normed = new TokenLinear(graph, writer, weights.largestNormed());
  }

  /**
   * @param layer layer, from 0; not looked at for the head
   * @param name name of the product
   * @param input name of {@code [tokens, columns]}
   * @return name of {@code [tokens, rows]}
   */
  String product(Place place, int layer, String name, String input, Matrix weight) {
    String product = linear(place, layer, input).product(name, input, weight);
    return plan.adapters() == GraphPlan.Adapters.NONE || place == Place.HEAD
        ? product
        : LowRankUpdate.add(graph, name, input, product, weight);
  }

  /** The head over a table that is stored in blocks of 8 bits already. */
  String head(String name, String input, StoredBlocks table, Matrix weight) {
    return eightBits(BlockQuantizer.GGML_BLOCK).product(name, input, table, weight);
  }

  private Linear linear(Place place, int layer, String input) {
    int block = plan.storage().block();
    return switch (plan.storage().precision()) {
      case FP32, FP16, BF16 -> new FloatLinear(graph, writer, plan.stored());
      // Inputs of the down projection have outliers that no rotation spreads, since the gate stands
      // between: where they cost most, each block of 32 has a scale of its own.
      case W8A8 ->
          switch (place) {
            case ATTENTION_INPUT, GATE, UP, HEAD -> normed;
            case ATTENTION_OUTPUT -> tokens;
            case DOWN ->
                early(layer) || late(layer) ? eightBits(BlockQuantizer.GGML_BLOCK) : tokens;
          };
      case INT8 -> eightBits(place == Place.HEAD ? BlockQuantizer.GGML_BLOCK : block);
      case INT4 -> place == Place.HEAD ? eightBits(BlockQuantizer.GGML_BLOCK) : fourBits(block);
      case MIXED ->
          switch (place) {
            case HEAD -> eightBits(BlockQuantizer.GGML_BLOCK);
            case ATTENTION_INPUT -> eightBits(MIXED_BLOCK);
            case UP -> early(layer) ? eightBits(MIXED_BLOCK) : fourBits(block);
            case DOWN ->
                early(layer) || late(layer) || outlying(input)
                    ? eightBits(MIXED_BLOCK)
                    : fourBits(block);
            case ATTENTION_OUTPUT, GATE -> fourBits(block);
          };
    };
  }

  /** The first sixth: what goes wrong there goes through all layers behind. */
  private boolean early(int layer) {
    return layer < layers / 6;
  }

  /** The last fifteenth, right before the head. */
  private boolean late(int layer) {
    return layer >= layers - Math.max(1, layers / 15);
  }

  /** One input outweighs all others together: its weights must be right. */
  private boolean outlying(String input) {
    return plan.inputs()
        .statistics(input)
        .filter(statistics -> statistics.largestShare() > 0.5)
        .isPresent();
  }

  private BlockLinear eightBits(int block) {
    return new BlockLinear(graph, writer, plan.inputs(), 8, block);
  }

  private BlockLinear fourBits(int block) {
    return new BlockLinear(graph, writer, plan.inputs(), 4, block);
  }
}
