package io.sparkllama.engine;

import java.util.List;

/**
 * The likelihood of each label after a prompt.
 *
 * @param logProbabilities for each label, in the request's order, the summed natural-log
 *     probability of its tokens
 * @param promptTokens tokens of the prompt
 * @param reusedTokens those of them whose keys and values another prompt had left
 */
public record LabelScores(List<Double> logProbabilities, int promptTokens, int reusedTokens) {
  public LabelScores {
    logProbabilities = List.copyOf(logProbabilities);
  }

  /** Index of the most likely label; the first of equals. */
  public int best() {
    int best = 0;
    for (int i = 1; i < logProbabilities.size(); i++) {
      if (logProbabilities.get(i) > logProbabilities.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
