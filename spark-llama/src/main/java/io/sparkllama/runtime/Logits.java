package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rows of next-token scores: {@code float[rows, vocabulary]}. */
public final class Logits {

  private final Scores values;
  private final LongBuffer nextTokens;
  private final FloatBuffer largest;
  private final FloatBuffer sums;
  private final int told;
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
    this(new Scores.InMemory(values, vocabulary), nextTokens, largest, sums, 1, vocabulary);
  }

  /**
   * @param nextTokens the most likely tokens of each row, by descending score
   * @param largest their scores
   * @param sums of each row the sum of the exponentials of scores less the largest
   * @param told tokens of a row in {@code nextTokens}
   */
  Logits(
      Scores values,
      LongBuffer nextTokens,
      FloatBuffer largest,
      FloatBuffer sums,
      int told,
      int vocabulary) {
    this.values = values;
    this.nextTokens = nextTokens;
    this.largest = largest;
    this.sums = sums;
    this.told = told;
    this.vocabulary = vocabulary;
    this.row = new float[vocabulary];
  }

  public int vocabulary() {
    return vocabulary;
  }

  /** A row's scores; the array is reused by the next call. */
  public float[] row(int index) {
    values.read(index, row);
    return row;
  }

  /** A row's scores in an array of its own; for any thread until the decoder's next pass. */
  public float[] copyOfRow(int index) {
    float[] copy = new float[vocabulary];
    values.read(index, copy);
    return copy;
  }

  /** The most likely token of a row, the lowest id of equals. */
  public int argmax(int index) {
    logSum(index);
    int first = index * told;
    long token = nextTokens.get(first);
    for (int i = first + 1; i < first + told && largest.get(i) == largest.get(first); i++) {
      token = Math.min(token, nextTokens.get(i));
    }
    return (int) token;
  }

  /** The most likely tokens of a row, where the device tells more than one. */
  public Optional<Likeliest> likeliest(int index) {
    if (told == 1) {
      return Optional.empty();
    }
    logSum(index);
    return Optional.of(
        new Likeliest(nextTokens, largest, index * told, told, sums.get(index), vocabulary - told));
  }

  /** Natural logarithms of the softmax probabilities of some tokens in a row. */
  public double[] logProbabilities(int index, int... tokens) {
    double logSum = logSum(index);
    return IntStream.of(tokens).mapToDouble(token -> values.at(index, token) - logSum).toArray();
  }

  /** A NaN or a positive infinity anywhere in a row shows in its sum. */
  private double logSum(int index) {
    double logSum = largest.get(index * told) + Math.log(sums.get(index));
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
