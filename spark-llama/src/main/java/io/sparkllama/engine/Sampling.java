package io.sparkllama.engine;

import java.io.Serializable;

/**
 * How the next token is chosen from the logits.
 *
 * @param temperature 0 takes the most likely token (greedy); above 0 the logits are divided by it
 * @param topK keeps the k most likely tokens; 0 keeps all
 * @param topP keeps the smallest set of tokens whose probabilities reach this sum, in (0, 1]
 * @param minP drops tokens less likely than this share of the most likely one, in [0, 1)
 * @param repetitionPenalty above 1 makes tokens of prompt and answer less likely; 1 does nothing
 * @param seed with the row's content decides every random choice
 */
public record Sampling(
    double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed)
    implements Serializable {

  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

  /** Greedy unless a temperature is given, in which case nothing is cut off. */
  public static Sampling withTemperature(double temperature, long seed) {
    return new Sampling(temperature, 0, 1, 0, 1, seed);
  }

  public boolean greedy() {
    return temperature == 0;
  }
}
