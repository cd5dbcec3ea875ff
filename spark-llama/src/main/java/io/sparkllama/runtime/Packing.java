package io.sparkllama.runtime;

import io.sparkllama.onnx.TensorProto;

/**
 * Weights that are brought into the order of spark-llama's own products when a session is opened.
 */
sealed interface Packing {

  /** Name and shape of the result; its values come with the session. */
  TensorProto packed();

  /**
   * For tokens in levels of one scale each.
   *
   * @param weights {@code int8[inputs, outputs]}
   * @param scales {@code float[outputs]}, the size of a level of the weights
   * @param levelScale size of a level of the inputs
   */
  record OfTokens(TensorProto packed, TensorProto weights, TensorProto scales, float levelScale)
      implements Packing {

    long inputs() {
      return weights.getDims(0);
    }

    long outputs() {
      return weights.getDims(1);
    }
  }

  /**
   * For scales of each block of inputs.
   *
   * @param weights {@code uint8[outputs, blocks, block]} around 128
   * @param scales float or 16-bit float, one for each block of each output
   */
  record OfBlocks(TensorProto packed, TensorProto weights, TensorProto scales) implements Packing {

    long outputs() {
      return weights.getDims(0);
    }

    long blocks() {
      return weights.getDims(1);
    }

    long block() {
      return weights.getDims(2);
    }
  }
}
