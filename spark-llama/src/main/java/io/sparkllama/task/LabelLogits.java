package io.sparkllama.task;

import io.sparkllama.engine.LabelScores;
import java.util.Comparator;
import java.util.List;

/** Arithmetic of labels' log-probabilities. */
final class LabelLogits {

  private LabelLogits() {}

  /** Of one text, or of its parts. */
  static double[] of(Choice task, List<LabelScores> parts) {
    return switch (task.parts()) {
      case TOGETHER -> mean(parts);
      case ANY -> mostOfFirst(parts);
    };
  }

  private static double[] mostOfFirst(List<LabelScores> parts) {
    return parts.stream()
        .map(part -> part.logProbabilities().stream().mapToDouble(one -> one).toArray())
        .max(Comparator.comparingDouble(scores -> softmax(scores)[0]))
        .orElseThrow();
  }

  /** Each part weighs as many tokens as it has. */
  private static double[] mean(List<LabelScores> parts) {
    int labels = parts.get(0).logProbabilities().size();
    double tokens = tokens(parts);
    double[] mean = new double[labels];
    for (LabelScores part : parts) {
      for (int i = 0; i < labels; i++) {
        mean[i] += part.logProbabilities().get(i) * part.promptTokens() / tokens;
      }
    }
    return mean;
  }

  static int tokens(List<LabelScores> parts) {
    return parts.stream().mapToInt(LabelScores::promptTokens).sum();
  }

  /** Scores without a share of what the labels had before the text was read. */
  static double[] minus(double[] scores, double share, double[] prior) {
    double[] difference = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      difference[i] = scores[i] - share * prior[i];
    }
    return difference;
  }

  /** Probabilities that sum to 1. */
  static double[] softmax(double[] scores) {
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double[] result = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      result[i] = Math.exp(scores[i] - most);
      sum += result[i];
    }
    for (int i = 0; i < scores.length; i++) {
      result[i] /= sum;
    }
    return result;
  }
}
