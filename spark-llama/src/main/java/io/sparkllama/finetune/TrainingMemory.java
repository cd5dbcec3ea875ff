package io.sparkllama.finetune;

import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.Architecture;
import java.util.OptionalLong;

/**
 * Memory outside the Java heap that training needs at most.
 *
 * @param weights bytes of the base model in 32 bits
 * @param adapter bytes of the adapter, its gradients and the two means of Adam
 * @param activations bytes that a pass keeps for its gradient, and works with
 * @param libraries bytes of PyTorch's library and the JVM
 */
public record TrainingMemory(long weights, long adapter, long activations, long libraries) {

  // A driver with Spark had 530 MiB beside its heap and the other parts.
  private static final long LIBRARIES = 600L << 20;

  private static final long COPIES_OF_ADAPTER = 4;

  /** Scores, their log-probabilities, and the gradients of both. */
  private static final long COPIES_OF_LOGITS = 4;

  /** Layers' worth of arrays that live while one layer is computed, forward or backward. */
  private static final long LAYERS_AT_WORK = 4;

  static TrainingMemory of(
      LlamaShape shape, boolean tied, FinetuneOptions options, TrainingData data) {
    Architecture numbers = shape.architecture();
    long table = (long) numbers.vocabularySize() * numbers.hiddenSize();
    long products = 0;
    long adapter = 0;
    for (LoraTarget target : LoraTarget.values()) {
      long inputs = inputs(target, shape);
      long outputs = outputs(target, shape);
      products += inputs * outputs;
      adapter += options.targets().contains(target) ? options.rank() * (inputs + outputs) : 0;
    }
    return new TrainingMemory(
        Float.BYTES * (numbers.layers() * products + (tied ? 1 : 2) * table),
        Float.BYTES * COPIES_OF_ADAPTER * numbers.layers() * adapter,
        Float.BYTES * activations(shape, options, data),
        LIBRARIES);
  }

  /**
   * What the gradient needs of each token: the inputs of norms and of the adapter, queries, keys,
   * values, shares of attention, and five arrays as wide as the feed-forward block.
   */
  private static long activations(LlamaShape shape, FinetuneOptions options, TrainingData data) {
    Architecture numbers = shape.architecture();
    long query = (long) numbers.heads() * numbers.headSize();
    long keyValue = (long) numbers.keyValueHeads() * numbers.headSize();
    long tokens = Math.max(options.passTokens(), data.longest());
    long ofAToken =
        4L * numbers.hiddenSize()
            + 2 * query
            + 2 * keyValue
            + 5L * shape.intermediateSize()
            + (long) numbers.heads() * data.longest();
    long answers = Math.min(tokens, tokens * data.mostAnswered(data.sharedPrefix()) / 100 + 1);
    return tokens * ofAToken * (numbers.layers() + LAYERS_AT_WORK)
        + COPIES_OF_LOGITS * answers * numbers.vocabularySize();
  }

  private static long inputs(LoraTarget target, LlamaShape shape) {
    Architecture numbers = shape.architecture();
    return switch (target) {
      case O -> (long) numbers.heads() * numbers.headSize();
      case DOWN -> shape.intermediateSize();
      default -> numbers.hiddenSize();
    };
  }

  private static long outputs(LoraTarget target, LlamaShape shape) {
    Architecture numbers = shape.architecture();
    return switch (target) {
      case Q -> (long) numbers.heads() * numbers.headSize();
      case K, V -> (long) numbers.keyValueHeads() * numbers.headSize();
      case O, DOWN -> numbers.hiddenSize();
      case GATE, UP -> shape.intermediateSize();
    };
  }

  public long total() {
    return weights + adapter + activations + libraries;
  }

  /**
   * Refuses a run that cannot fit, before anything is loaded.
   *
   * @throws RequestException with the numbers
   */
  void require(OptionalLong available, FinetuneOptions options) {
    if (available.isPresent() && total() > available.getAsLong()) {
      throw new RequestException(
          "Cannot fit the training: it needs %s, found %,d MiB. Use passes of fewer than %d tokens, a machine with more memory, or a smaller Java heap."
              .formatted(this, mebibytes(available.getAsLong()), options.passTokens()));
    }
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** The parts in MiB, for people. */
  @Override
  public String toString() {
    return "%,d MiB (weights %,d, adapter %,d, activations %,d, JVM and libraries %,d)"
        .formatted(
            mebibytes(total()),
            mebibytes(weights),
            mebibytes(adapter),
            mebibytes(activations),
            mebibytes(libraries));
  }
}
