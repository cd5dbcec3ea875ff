package io.sparkllama.convert.weights;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;

/**
 * The decoder that a checkpoint's configuration describes.
 *
 * @param architecture its numbers
 * @param intermediateSize width of the feed-forward block
 * @param normEpsilon epsilon of the norms
 * @param frequencies rotary frequencies, scaling included
 */
public record LlamaShape(
    Architecture architecture,
    int intermediateSize,
    float normEpsilon,
    RotaryFrequencies frequencies) {

  /** Refuses numbers that no decoder could have. */
  public LlamaShape {
    if (architecture.heads() % architecture.keyValueHeads() != 0
        || architecture.headSize() % 2 != 0) {
      throw new ConversionException(
          "Cannot convert the model: found %d heads over %d key-value heads of size %d, expected a whole number of heads for each key-value head, of an even size. Use a Llama-architecture checkpoint."
              .formatted(
                  architecture.heads(), architecture.keyValueHeads(), architecture.headSize()));
    }
  }
}
