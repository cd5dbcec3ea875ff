package io.sparkllama.convert.adapter;

import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.convert.graph.GraphPlan;
import io.sparkllama.convert.graph.NumberType;
import io.sparkllama.convert.graph.ProductInputs;
import io.sparkllama.convert.weights.Basis;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.LayerNorms;
import io.sparkllama.convert.weights.RotatedBasis;
import io.sparkllama.model.Architecture;

/**
 * What an adapter has to fit.
 *
 * @param architecture the decoder's numbers
 * @param intermediateSize width of the feed-forward block
 * @param basis in which the package has its hidden states
 * @param numbers type of the graph's numbers
 */
public record AdapterTarget(
    Architecture architecture, int intermediateSize, Basis basis, NumberType numbers) {

  /** A package of a storage, made from weights. */
  public static AdapterTarget of(Storage storage, DecoderWeights weights) {
    return of(storage, weights.shape().architecture(), weights.shape().intermediateSize(), weights);
  }

  /** A package of a storage whose checkpoint had these norms. */
  public static AdapterTarget of(
      Storage storage, Architecture architecture, int intermediateSize, LayerNorms norms) {
    Basis basis =
        storage.precision() == Precision.W8A8 ? new RotatedBasis(architecture, norms) : Basis.PLAIN;
    NumberType numbers =
        new GraphPlan(storage, ProductInputs.UNKNOWN, GraphPlan.Adapters.AT_RUN_TIME, 1).numbers();
    return new AdapterTarget(architecture, intermediateSize, basis, numbers);
  }
}
