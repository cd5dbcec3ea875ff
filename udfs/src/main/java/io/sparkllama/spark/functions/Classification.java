package io.sparkllama.spark.functions;

import io.sparkllama.task.Classify;
import io.sparkllama.task.Label;
import io.sparkllama.task.Tagging;
import java.util.List;

/** Reads calls that classify texts by labels of the caller. */
final class Classification {

  static final Parameter LABELS =
      Parameter.required(
          "labels", "an array of 2 to 500 labels, or a map from labels to their descriptions");
  static final Parameter MULTI =
      Parameter.optional("multi", "whether any number of labels may fit; false by default");
  static final Parameter THRESHOLD =
      Parameter.optional(
          "threshold", "least probability of a label that fits, with multi; 0.5 by default");

  private static final double DEFAULT_THRESHOLD = 0.5;

  /** How much a call wants to know. */
  enum Detail {
    LABELS,
    SCORES
  }

  private Classification() {}

  static Asked read(Arguments call, Detail detail) {
    List<Label> labels = new LabelArgument(call, LABELS.name()).read(2);
    boolean multi = call.flag(MULTI.name()).orElse(false);
    if (!multi && call.has(THRESHOLD.name())) {
      throw call.invalid(THRESHOLD.name(), "a value", "it only together with multi => true");
    }
    if (!multi) {
      return new Asked(
          new Classify(labels),
          detail == Detail.LABELS ? new AnswerType.Label() : new AnswerType.LabelAndScores());
    }
    double threshold = call.number(THRESHOLD.name(), 0, 1, "0 to 1").orElse(DEFAULT_THRESHOLD);
    return new Asked(
        new Tagging(labels),
        detail == Detail.LABELS
            ? new AnswerType.Labels(threshold)
            : new AnswerType.LabelsAndScores(threshold));
  }
}
