package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.stream.IntStream;

/** Rows of next-token scores in native memory: {@code float[rows, vocabulary]}. */
public final class Logits {

  private final FloatBuffer values;
  private final LongBuffer nextTokens;
  private final FloatBuffer largest;
  private final FloatBuffer sums;
  private final int vocabulary;
  private final float[] row;

  /**
   * @param nextTokens the most likely token of each row
   * @param largest the largest score of each row
   * @param sums of each row the sum of the exponentials of scores less the largest
   */
  Logits(
      FloatBuffer values,
      LongBuffer nextTokens,
      FloatBuffer largest,
      FloatBuffer sums,
      int vocabulary) {
    this.values = values;
    this.nextTokens = nextTokens;
    this.largest = largest;
    this.sums = sums;
    this.vocabulary = vocabulary;
    this.row = new float[vocabulary];
  }

  public int vocabulary() {
    return vocabulary;
  }

  /** A row's scores; the array is reused by the next call. */
  public float[] row(int index) {
    values.get(index * vocabulary, row);
    return row;
  }

  /** A row's scores in an array of its own; for any thread until the decoder's next pass. */
  public float[] copyOfRow(int index) {
    float[] copy = new float[vocabulary];
    values.get(index * vocabulary, copy);
    return copy;
  }

  /** The most likely token of a row, the lowest id of equals. */
  public int argmax(int index) {
    logSum(index);
    return (int) nextTokens.get(index);
  }

  /** Natural logarithms of the softmax probabilities of some tokens in a row. */
  public double[] logProbabilities(int index, int... tokens) {
    double logSum = logSum(index);
    return IntStream.of(tokens)
        .mapToDouble(token -> values.get(index * vocabulary + token) - logSum)
        .toArray();
  }

  /** A NaN or a positive infinity anywhere in a row shows in its sum. */
  private double logSum(int index) {
    double logSum = largest.get(index) + Math.log(sums.get(index));
    if (!Double.isFinite(logSum)) {
      throw new EngineException(
          "Failed to read logits: found "
              + logSum
              + " as their sum, expected finite numbers. The model's weights are damaged or"
              + " overflow; convert the model again or use another precision.");
    }
    return logSum;
  }
}
