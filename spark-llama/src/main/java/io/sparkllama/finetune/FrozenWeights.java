package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.Matrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The base model's weights in PyTorch's memory, in 32 bits. Nothing changes them.
 *
 * @param embedding {@code [vocabulary, hidden]}
 * @param head {@code [hidden, vocabulary]}, a view where it is the embedding
 * @param finalNorm {@code [hidden]}
 * @param layers one for each block
 */
record FrozenWeights(NDArray embedding, NDArray head, NDArray finalNorm, List<Layer> layers) {

  /** Values that are copied at once. */
  private static final int COPIED = 1 << 22;

  /**
   * A block.
   *
   * @param attentionNorm {@code [hidden]}
   * @param feedForwardNorm {@code [hidden]}
   * @param products by what they are, {@code [inputs, outputs]}
   */
  record Layer(NDArray attentionNorm, NDArray feedForwardNorm, Map<LoraTarget, NDArray> products) {}

  static FrozenWeights load(DecoderWeights weights, NDManager manager) {
    NDArray embedding = matrix(weights.embedding(), manager);
    NDArray head = weights.tied() ? embedding : matrix(weights.head(), manager);
    List<Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < weights.shape().architecture().layers(); layer++) {
      Map<LoraTarget, NDArray> products = new EnumMap<>(LoraTarget.class);
      for (LoraTarget target : LoraTarget.values()) {
        products.put(target, matrix(target.weight(weights, layer), manager).transpose());
      }
      layers.add(
          new Layer(
              manager.create(weights.attentionNorm(layer)),
              manager.create(weights.feedForwardNorm(layer)),
              products));
    }
    return new FrozenWeights(
        embedding, head.transpose(), manager.create(weights.finalNorm()), layers);
  }

  /** Straight into the array's memory, some rows at a time: neither heap nor buffers hold it. */
  private static NDArray matrix(Matrix matrix, NDManager manager) {
    NDArray array = manager.create(new Shape(matrix.rows(), matrix.columns()), DataType.FLOAT32);
    int most = Math.max(1, COPIED / matrix.columns());
    for (int first = 0; first < matrix.rows(); first += most) {
      int count = Math.min(most, matrix.rows() - first);
      try (NDArray rows = array.get(new NDIndex("{}:{}", first, first + count))) {
        FloatBuffer memory = rows.toByteBuffer(true).asFloatBuffer();
        for (float[] row : matrix.rows(first, count)) {
          memory.put(row);
        }
      }
    }
    return array;
  }
}
