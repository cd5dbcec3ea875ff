package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** Rows of next-token scores in native memory: {@code float[rows, vocabulary]}. */
public final class Logits {

  private final FloatBuffer values;
  private final int vocabulary;
  private final float[] row;

  Logits(FloatBuffer values, int vocabulary) {
    this.values = values;
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
    float[] scores = row(index);
    float max = max(scores);
    int token = 0;
    while (scores[token] != max) {
      token++;
    }
    return token;
  }

  /** Natural logarithms of the softmax probabilities of some tokens in a row. */
  public double[] logProbabilities(int index, int... tokens) {
    float[] scores = row(index);
    double max = max(scores);
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - max);
    }
    double logSum = max + Math.log(sum);
    return IntStream.of(tokens).mapToDouble(token -> scores[token] - logSum).toArray();
  }

  private static float max(float[] scores) {
    float max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    if (Float.isNaN(max) || Float.isInfinite(max)) {
      throw new EngineException(
          "Failed to read logits: found "
              + max
              + ", expected finite numbers. The model's weights are damaged or overflow; convert"
              + " the model again or use another precision.");
    }
    return max;
  }
}
