package io.sparkllama.runtime;

import io.sparkllama.onnx.TensorProto;

/**
 * Weights that are brought into the order of spark-llama's own products when a session is opened.
 *
 * @param packed name and shape of the result; its values come with the session
 * @param weights {@code int8[inputs, outputs]}
 * @param scales {@code float[outputs]}, the size of a level of the weights
 * @param levelScale size of a level of the inputs
 */
record Packing(TensorProto packed, TensorProto weights, TensorProto scales, float levelScale) {

  long inputs() {
    return weights.getDims(0);
  }

  long outputs() {
    return weights.getDims(1);
  }
}
